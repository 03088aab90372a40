// The layers: which is shown, which are heard, and how loud.
import { element, toggle } from './dom.js';
import { sourceColour } from './colours.js';
import { overlay } from './layers.js';

function row({ name, text, number, note }, track, { player, layers, show }) {
  const flip = (key) => () => { track[key] = !track[key]; player.apply(); };
  const shown = toggle({ className: 'show', title: 'Show ' + text, data: { layer: name } },
    () => layers.shown === name, () => show(name));
  if (number !== undefined)
    shown.append(element('i', { className: 'swatch', style: { background: sourceColour(number) } }));
  shown.append(text);
  const parts = [shown];
  const updates = [shown.update];
  if (track) {
    for (const [letter, word, key] of [['S', 'Solo', 'solo'], ['M', 'Mute', 'muted']]) {
      const button = toggle({ className: word.toLowerCase(), textContent: letter, title: `${word}: ${text}` },
        () => track[key], flip(key));
      parts.push(button);
      updates.push(button.update);
    }
    const level = element('input', { type: 'range', min: 0, max: 1.5, step: 0.01, value: 1,
      title: 'Level of ' + text, aria: { label: 'Level of ' + text } });
    level.oninput = () => { track.level = Number(level.value); player.apply(); };
    parts.push(level);
  }
  if (note) parts.push(element('p', { className: 'note soft', textContent: note }));
  const made = element('div', { className: 'layer' }, parts);
  made.update = () => {
    shown.disabled = number !== undefined && !layers.separated;
    for (const update of updates) update();
  };
  return made;
}

export function layerPanel(place, sources, parts) {
  const { tracks } = parts.player;
  const rows = [row({ name: 'mixture', text: 'Mixture' }, tracks[0], parts),
    ...sources.map(({ name, learnt }, number) => row({ name, text: name, number,
      note: learnt ? 'Learnt from what you paint' : '' }, tracks[number + 1], parts))];
  if (sources.length > 1) {
    const all = row({ name: overlay, text: 'All stems, each in its colour' }, null, parts);
    const update = all.update;
    all.update = () => { update(); all.querySelector('button').disabled = !parts.layers.separated; };
    rows.push(all);
  }
  place.replaceChildren(...rows);
  return () => { for (const one of rows) one.update(); };
}
