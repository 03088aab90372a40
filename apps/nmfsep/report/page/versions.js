// Several ways to hear one source: methods that separated it, and its reference. Where the page is
// blind, methods are letters in an order drawn anew for each source, until it is told to reveal.
class Versions {
  constructor(player, blind) {
    this.player = player;
    this.blind = blind;
    this.rows = player.tracks.filter((track) => track.role === 'stem').map((stem) => this.#row(stem));
    this.compared = this.rows.some((row) => row.methods.length > 1);
    if (this.compared) for (const row of this.rows) player.choose(row.stem, row.methods[0]);
  }

  #row(stem) {
    const others = this.player.tracks.filter((track) => track.of !== undefined && this.player.tracks[track.of] === stem);
    const methods = [stem, ...others.filter((track) => track.role === 'other')];
    if (this.blind) {
      for (let i = methods.length - 1; i > 0; --i) {
        const j = Math.floor(Math.random() * (i + 1));
        [methods[i], methods[j]] = [methods[j], methods[i]];
      }
    }
    const reference = others.find((track) => track.role === 'reference') || null;
    return { stem, methods, reference, best: null };
  }

  of(track) { return this.rows.find((row) => row.stem === track); }

  // What a version of a row is called on the page.
  label(row, track) {
    return this.blind ? String.fromCharCode(65 + row.methods.indexOf(track)) : track.method;
  }

  // The next method of every source.
  next() {
    for (const row of this.rows) {
      const at = row.methods.indexOf(row.stem.chosen);
      this.player.choose(row.stem, row.methods[(at + 1) % row.methods.length]);
    }
  }

  // All references, or the methods that were heard before.
  toggleReferences() {
    const rows = this.rows.filter((row) => row.reference);
    const away = !rows.some((row) => row.stem.chosen === row.reference);
    for (const row of rows) this.hearReference(row, away);
  }

  // A row's reference, or the method that was heard before it.
  hearReference(row, away) {
    if (away && row.stem.chosen !== row.reference) row.before = row.stem.chosen;
    this.player.choose(row.stem, away ? row.reference : row.before || row.methods[0]);
  }

  reveal() { this.blind = false; }

  // Which method was thought best of each source: one's name, "none" of several alike, or null
  // without an answer; in the order in which they were heard.
  votes() {
    return { format: 'nmfsep-votes', version: 1, title: document.title,
      votes: this.rows.filter((row) => row.methods.length > 1).map((row) => ({
        source: row.stem.name, order: row.methods.map((track) => track.method), best: row.best })) };
  }
}

// A button for each method, and which is best where nobody sees their names.
function versionControls(player, versions, row) {
  const { stem, methods, reference } = row;
  const name = stem.name;
  const buttons = methods.length < 2 ? [] : methods.map((method) => {
    const button = toggle('', '', () => stem.chosen === method, () => player.choose(stem, method));
    const pressed = button.update;
    button.update = () => {
      pressed();
      button.textContent = versions.label(row, method);
      button.title = `Hear ${name} by ${versions.label(row, method)}`;
    };
    return button;
  });
  if (reference)
    buttons.push(toggle('Reference', 'Hear the reference of ' + name, () => stem.chosen === reference,
      () => versions.hearReference(row, stem.chosen !== reference)));
  if (versions.blind && methods.length > 1) {
    const choices = [['', '–'], ...methods.map((method) => [method.method, versions.label(row, method)]), ['none', 'none']];
    const best = element('select', { aria: { label: 'Which is the best ' + name },
      onchange: () => { row.best = best.value || null; } },
      choices.map(([value, textContent]) => element('option', { value, textContent })));
    best.update = () => { best.disabled = !versions.blind; };
    buttons.push(element('label', { textContent: 'Best ' }, [best]));
    buttons.at(-1).update = best.update;
  }
  return buttons;
}
