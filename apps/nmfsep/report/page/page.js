// What the report holds comes as JSON and enters the page as text alone, never as markup.
const data = JSON.parse(document.getElementById('data').textContent);
const $ = (id) => document.getElementById(id);

function element(name, properties = {}, children = []) {
  const { style, aria, ...plain } = properties;
  const made = Object.assign(document.createElement(name), plain);
  Object.assign(made.style, style);
  for (const [key, value] of Object.entries(aria || {})) made.setAttribute('aria-' + key, value);
  made.append(...children);
  return made;
}

function bytes(text) { return Uint8Array.from(atob(text), (c) => c.charCodeAt(0)); }

function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  return Math.floor(tenths / 600) + ':' + ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
}

// The numbers of a signal as a filled curve.
function drawWave(canvas, buffer) {
  const width = canvas.width = Math.max(300, Math.round(canvas.clientWidth * devicePixelRatio));
  const height = canvas.height = Math.round(44 * devicePixelRatio);
  const samples = buffer.getChannelData(0);
  const paper = canvas.getContext('2d');
  paper.fillStyle = getComputedStyle(document.body).getPropertyValue('--mark');
  for (let x = 0; x < width; ++x) {
    const end = Math.ceil((x + 1) / width * samples.length);
    let high = 0, low = 0;
    for (let i = Math.floor(x / width * samples.length); i < end; ++i) {
      if (samples[i] > high) high = samples[i];
      if (samples[i] < low) low = samples[i];
    }
    const top = (1 - Math.min(1, high)) * height / 2;
    paper.fillRect(x, top, 1, Math.max(1, (1 - Math.max(-1, low)) * height / 2 - top));
  }
}

// A picture over time with a playhead; a click plays from there, dragging loops.
function timeView(player, parts, label) {
  const loop = element('div', { className: 'loop', hidden: true });
  const playhead = element('div', { className: 'playhead' });
  const view = element('div', { className: 'view', role: 'img', aria: { label } },
    [...parts, loop, playhead]);
  const at = (event) => {
    const box = view.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * data.seconds;
  };
  let from = null;
  view.addEventListener('pointerdown', (event) => { from = at(event); });
  view.addEventListener('pointerup', (event) => {
    if (from === null) return;
    const to = at(event);
    if (Math.abs(to - from) < data.seconds / 100) player.seek(to);
    else player.setLoop([Math.min(from, to), Math.max(from, to)]);
    from = null;
  });
  view.update = () => {
    playhead.style.left = player.position() / data.seconds * 100 + '%';
    loop.hidden = !player.loop;
    if (!player.loop) return;
    loop.style.left = player.loop[0] / data.seconds * 100 + '%';
    loop.style.width = (player.loop[1] - player.loop[0]) / data.seconds * 100 + '%';
  };
  return view;
}

function toggle(text, title, isOn, flip) {
  const button = element('button', { type: 'button', textContent: text, title, onclick: flip });
  button.update = () => button.setAttribute('aria-pressed', isOn());
  return button;
}

function trackRow(player, versions, track) {
  const flip = (key) => () => { track[key] = !track[key]; player.apply(); };
  const name = track.name;
  const buttons = [
    toggle('S', 'Solo: ' + name, () => track.solo, flip('solo')),
    toggle('M', 'Mute: ' + name, () => track.muted, flip('muted'))];
  if (versions.of(track)) buttons.push(...versionControls(player, versions, versions.of(track)));
  const level = element('input', { type: 'range', min: 0, max: 1.5, step: 0.01, value: 1,
    aria: { label: 'Level of ' + name },
    oninput: () => { track.level = Number(level.value); player.apply(); } });
  const bar = element('i');
  const wave = element('canvas');
  const picture = element('img', { alt: '', src: 'data:image/png;base64,' + track.picture });
  const marks = data.hertz.map(([text, place]) => element('span', { className: 'hertz', textContent: text,
    style: { top: `calc(44px + (100% - 44px) * ${1 - place})` } }));
  const view = timeView(player, [wave, picture, ...marks], 'Waveform and spectrogram of ' + name);
  const row = element('div', { className: 'track' }, [
    element('div', {}, [element('h3', { textContent: name }),
      element('div', { className: 'buttons' }, [...buttons, level]),
      element('div', { className: 'meter' }, [bar])]),
    view]);
  let shown = null;
  row.update = () => {
    for (const button of buttons) button.update();
    view.update();
    const sounding = track.chosen;
    if (shown !== sounding) {
      shown = sounding;
      picture.src = 'data:image/png;base64,' + sounding.picture;
      drawWave(wave, sounding.buffer);
    }
    const decibels = 20 * Math.log10(player.level(sounding) + 1e-6);
    bar.style.width = (player.playing ? Math.max(0, 100 + decibels * 5 / 3) : 0) + '%';
  };
  row.resized = () => { shown = null; row.update(); };
  return row;
}

// What an atom sounds like: its strongest bins as tones of random phase.
function atomBuffer(context, dictionary, spectrum) {
  const rate = context.sampleRate;
  const length = Math.round(1.2 * rate);
  const buffer = context.createBuffer(1, length, rate);
  const sound = buffer.getChannelData(0);
  const bins = [...spectrum.keys()].sort((a, b) => spectrum[b] - spectrum[a]).slice(0, 150);
  let phase = 1;
  for (const bin of bins) {
    if (spectrum[bin] === 0) continue;
    const amplitude = 10 ** ((spectrum[bin] / 255 - 1) * dictionary.range / 20);
    const step = 2 * Math.PI * bin * dictionary.hertz_per_bin / rate;
    phase = phase * 16807 % 2147483647;
    if (step < Math.PI)
      for (let n = 0; n < length; ++n) sound[n] += amplitude * Math.sin(step * n + phase);
  }
  const peak = sound.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-9);
  for (let n = 0; n < length; ++n)
    sound[n] *= 0.5 / peak * Math.min(1, n / (0.02 * rate), (length - n) / (0.3 * rate));
  return buffer;
}

function dictionaryRow(player, dictionary) {
  const atoms = dictionary.atoms;
  const spectra = bytes(dictionary.spectra);
  const image = (picture) => element('img', { alt: '', src: 'data:image/png;base64,' + picture });
  const columnMark = element('div', { className: 'atom', hidden: true });
  const rowMark = element('div', { className: 'atom', hidden: true });
  const said = element('p', { className: 'soft', role: 'status' });
  const spectraView = element('div', { className: 'view', tabIndex: 0, role: 'slider',
    aria: { label: 'Atoms of ' + dictionary.source, valuemin: 1, valuemax: atoms, valuenow: 1 } },
    [image(dictionary.picture), columnMark]);
  let chosen = -1;
  const choose = (atom) => {
    chosen = Math.min(atoms - 1, Math.max(0, atom));
    spectraView.setAttribute('aria-valuenow', chosen + 1);
    columnMark.hidden = rowMark.hidden = false;
    Object.assign(columnMark.style,
      { left: chosen / atoms * 100 + '%', width: 100 / atoms + '%', top: 0, bottom: 0 });
    Object.assign(rowMark.style,
      { top: (atoms - 1 - chosen) / atoms * 100 + '%', height: Math.max(1, 100 / atoms) + '%', left: 0, right: 0 });
    said.textContent = `Atom ${chosen + 1} of ${atoms}: ${dictionary.names[chosen]}`;
    const source = player.context.createBufferSource();
    const bins = dictionary.bins;
    source.buffer = atomBuffer(player.context, dictionary, spectra.subarray(chosen * bins, (chosen + 1) * bins));
    source.connect(player.master);
    player.context.resume().then(() => source.start());
  };
  spectraView.addEventListener('click', (event) => {
    const box = spectraView.getBoundingClientRect();
    choose(Math.floor((event.clientX - box.left) / box.width * atoms));
  });
  spectraView.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step && event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    choose(chosen + (step || 0));
  });
  const parts = [spectraView];
  if (dictionary.activations) {
    const view = timeView(player, [image(dictionary.activations), rowMark],
      'When the atoms of ' + dictionary.source + ' sound');
    parts.push(view);
  }
  const row = element('section', {}, [
    element('h3', { textContent: dictionary.source }), element('div', { className: 'atoms' }, parts), said]);
  row.update = () => { if (parts[1]) parts[1].update(); };
  return row;
}

function table(head, rows) {
  const cells = (kind, texts) => element('tr', {}, texts.map((textContent) => element(kind, { textContent })));
  return element('table', {}, [element('thead', {}, [cells('th', head)]),
    element('tbody', {}, rows.map((row) => cells('td', row)))]);
}

function fillFacts() {
  $('made').hidden = false;
  for (const [heading, text] of data.facts)
    $('facts').append(element('tr', {}, [element('th', { textContent: heading, scope: 'row' }),
      element('td', { textContent: text })]));
  if (data.scores) {
    $('scores').hidden = false;
    $('score-table').append(table(data.scores.head, data.scores.rows));
  }
  if (data.curve) {
    $('curve').hidden = false;
    $('curve-dark').srcset = 'data:image/svg+xml;base64,' + data.curve.dark;
    $('curve-light').src = 'data:image/svg+xml;base64,' + data.curve.light;
  }
}

function transport(player, versions) {
  const loopHere = () => {
    const at = player.position();
    player.setLoop(player.loop ? null : [at, Math.min(data.seconds, at + 4)].map((x) => Math.max(0, x)));
  };
  const allReferences = () => versions.toggleReferences();
  $('play').onclick = () => player.toggle();
  $('loop').onclick = loopHere;
  $('level').oninput = () => { player.master.gain.value = Number($('level').value); };
  $('seek').max = data.seconds;
  $('seek').oninput = () => player.seek(Number($('seek').value));
  if (player.tracks.some((track) => track.role === 'reference')) $('references').hidden = false;
  $('references').onclick = allReferences;
  $('versions').hidden = !versions.compared;
  $('versions').onclick = () => versions.next();
  for (const id of ['reveal', 'save-votes']) $(id).hidden = !versions.blind;
  $('reveal').onclick = () => { versions.reveal(); $('reveal').hidden = true; fillFacts(); player.apply(); };
  $('save-votes').onclick = () => {
    const file = new Blob([JSON.stringify(versions.votes(), null, 2) + '\n'], { type: 'application/json' });
    const link = element('a', { href: URL.createObjectURL(file), download: 'votes.json' });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isField = event.target instanceof HTMLInputElement;
    const stem = /^Digit[1-9]$/.test(event.code) && player.tracks.filter((t) => t.of === undefined)[Number(event.code[5]) - 1];
    const actions = {
      ' ': () => player.toggle(), Home: () => player.seek(0), l: loopHere, r: allReferences, v: () => versions.next(),
      ArrowLeft: () => player.seek(player.position() - (event.shiftKey ? 5 : 1)),
      ArrowRight: () => player.seek(player.position() + (event.shiftKey ? 5 : 1)) };
    let action = isField && event.key !== ' ' ? null : actions[event.key];
    if (stem) action = () => { const key = event.shiftKey ? 'muted' : 'solo'; stem[key] = !stem[key]; player.apply(); };
    if (!action || (event.key === ' ' && event.target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    action();
  });
}

function update(player, versions, rows) {
  const at = player.position();
  if (player.playing && !player.loop && at >= player.seconds) player.pause();
  $('play').textContent = player.playing ? 'Pause' : 'Play';
  $('time').textContent = clock(at) + ' / ' + clock(data.seconds);
  $('seek').value = at;
  $('seek').setAttribute('aria-valuetext', clock(at));
  $('loop').setAttribute('aria-pressed', player.loop !== null);
  $('references').setAttribute('aria-pressed', versions.rows.some((row) => row.reference && row.stem.chosen === row.reference));
  for (const row of rows) row.update();
}

async function start() {
  if (!data.blind) fillFacts();
  const context = new OfflineAudioContext(1, 1, data.sample_rate);
  const decoded = await Promise.all(data.tracks.map(async (track) =>
    ({ ...track, audio: null, buffer: await context.decodeAudioData(bytes(track.audio).buffer) })));
  const player = new Player(decoded, data.seconds);
  const versions = new Versions(player, data.blind);
  transport(player, versions);
  const rows = player.tracks.filter((track) => track.of === undefined).map((track) => trackRow(player, versions, track));
  $('tracks').replaceChildren(...rows);
  const dictionaries = data.dictionaries.map((dictionary) => dictionaryRow(player, dictionary));
  $('dictionaries').hidden = dictionaries.length === 0;
  $('dictionary-list').append(...dictionaries);
  rows.push(...dictionaries);
  const show = () => update(player, versions, rows);
  player.onchange = show;
  const frame = () => { if (player.playing) show(); requestAnimationFrame(frame); };
  addEventListener('resize', () => { for (const row of rows) if (row.resized) row.resized(); });
  show();
  requestAnimationFrame(frame);
  globalThis.report = { player, versions, data };
  document.body.dataset.ready = 'yes';
}

start().catch((error) => {
  $('tracks').replaceChildren(element('p', { className: 'fault', role: 'alert',
    textContent: 'This browser does not play the sounds of this report: ' + error.message }));
});
