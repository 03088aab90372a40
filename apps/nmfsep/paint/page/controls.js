// The buttons, sliders and keys that change what tools do and what is seen.
import { $, choice, element } from './dom.js';
import { sourceColour } from './colours.js';
import { hertzText, noteName } from './geometry.js';

const toolNames = [['brush', 'Brush', 'B'], ['harmonic', 'Harmonics', 'H'], ['box', 'Box', 'X'],
  ['lasso', 'Lasso', 'L'], ['erase', 'Eraser', 'E'], ['time', 'Time', 'T']];
const titles = { brush: 'Paint freely', harmonic: 'Paint a note with its overtones', box: 'Fill a box',
  lasso: 'Fill what you surround', erase: 'Take marks of every source away',
  time: 'Click to play from there, drag to loop' };

function button(value, text, key, title, colour) {
  const swatch = colour ? [element('i', { className: 'swatch', style: { background: colour } })] : [];
  const hint = element('kbd', { textContent: key, aria: { hidden: true } });
  return { value, title: `${title} (${key})`, children: [...swatch, text, hint], data: { value } };
}

// Buttons of sources, tools, and what belongs to them. Gives { pick, keys }.
export function paintControls(app) {
  const { settings, sources, view } = app;
  const set = (key) => (value) => {
    settings[key] = value;
    updates.forEach((update) => update());
    view.request();
  };
  const updates = [
    choice($('sources'), sources.map(({ name }, i) => button(i, name, String(i + 1), 'Paint ' + name, sourceColour(i))),
      () => settings.source, set('source')),
    choice($('tools'), toolNames.map(([value, text, key]) => button(value, text, key, titles[value])),
      () => settings.tool, set('tool')),
    () => $('never').setAttribute('aria-pressed', settings.never),
    () => { $('partials-label').style.visibility = settings.tool === 'harmonic' ? 'visible' : 'hidden'; }];
  const flipNever = () => set('never')(!settings.never);
  $('never').onclick = flipNever;
  const number = (id, key, unit) => {
    $(id).oninput = () => { settings[key] = Number($(id).value) / unit; view.request(); };
    $(id).value = settings[key] * unit;
    return (by) => () => { $(id).value = Number($(id).value) + by; $(id).oninput(); };
  };
  const size = number('size', 'size', 1), strength = number('strength', 'strength', 100);
  number('partials', 'partials', 1);
  const keys = { n: flipNever, '[': size(-3), ']': size(3), '{': strength(-5), '}': strength(5) };
  for (const [value, , key] of toolNames) keys[key.toLowerCase()] = () => set('tool')(value);
  const pick = (digit) => { if (digit <= sources.length) set('source')(digit - 1); };
  updates.forEach((update) => update());
  return { pick, keys };
}

// Zoom, scroll, scale and colours. Gives { update, keys }.
export function viewControls(app) {
  const { view } = app;
  const { window } = view;
  const update = () => {
    const room = window.grid.duration - (window.to - window.from);
    $('scroll').disabled = room < 1e-9;
    $('scroll').value = room < 1e-9 ? 0 : window.from / room * 1000;
  };
  const change = (what) => (...values) => { what(...values); view.moved(); update(); };
  const middle = () => app.tools.cursor ? [window.x(app.tools.cursor.s), window.y(app.tools.cursor.hertz)]
    : [window.width / 2, window.height / 2];
  const zoom = (factor) => change((event) => event && event.altKey ? window.zoomFrequency(factor, middle()[1])
    : window.zoom(factor, middle()[0]));
  const fit = change(() => window.fit());
  const scroll = (part) => change(() => window.showFrom(window.from + part * (window.to - window.from)));
  $('zoom-in').onclick = change(() => window.zoom(1 / 1.5, window.width / 2));
  $('zoom-out').onclick = change(() => window.zoom(1.5, window.width / 2));
  $('fit').onclick = fit;
  $('scroll').oninput = () => {
    window.showFrom($('scroll').value / 1000 * (window.grid.duration - (window.to - window.from)));
    view.moved();
  };
  $('scale').onchange = change(() => window.setScale($('scale').value));
  for (const id of ['colours', 'range'])
    $(id).onchange = () => view.setColours($('colours').value, Number($('range').value));
  $('show-marks').onchange = change(() => { view.showsMarks = $('show-marks').checked; });
  view.stage.addEventListener('wheel', (event) => {
    event.preventDefault();
    const [x, y] = app.tools.cursor ? middle() : [window.width / 2, window.height / 2];
    const factor = 1.0015 ** Math.max(-300, Math.min(300, event.deltaY));
    const sideways = event.deltaX || (event.shiftKey ? event.deltaY : 0);
    change(() => {
      if (event.ctrlKey || event.altKey) window.zoomFrequency(factor, y);
      else if (sideways) window.showFrom(window.from + sideways * window.secondsPerPixel());
      else window.zoom(factor, x);
    })();
  }, { passive: false });
  return { update, keys: { '+': zoom(1 / 1.5), '=': zoom(1 / 1.5), '-': zoom(1.5), '−': zoom(1.5), f: fit,
    ',': scroll(-0.5), '.': scroll(0.5) } };
}

function decibels(level) { return String(Math.round(level)).replace('-', '−') + ' dB'; }

// Where the cursor is, in words.
export function readOut(view, cursor) {
  if (!cursor) return '';
  const { s, hertz } = cursor;
  const level = view.levelAt(s, hertz);
  const note = noteName(hertz);
  return `${s.toFixed(3)} s · ${hertzText(hertz)}${hertz >= 1000 ? 'Hz' : ' Hz'}${note ? ` (${note})` : ''}` +
    (level === null ? '' : level <= view.floor ? ` · below ${decibels(view.floor)}` : ` · ${decibels(level)}`);
}

// Keys of the whole page, and of the spectrogram where it has the focus.
export function listenToKeys(app, keys) {
  const drawing = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const onStage = (event) => {
    if (drawing[event.key]) {
      const [dx, dy] = drawing[event.key].map((d) => d * (event.shiftKey ? 32 : 4));
      return () => app.tools.step(dx, dy);
    }
    return { Enter: () => app.tools.press(), Escape: () => app.tools.cancel() }[event.key];
  };
  const withControl = { z: (event) => event.shiftKey ? app.strokes.redo() : app.strokes.undo(),
    y: () => app.strokes.redo(), s: () => app.save() };
  document.addEventListener('mousedown', (event) => { // a click leaves the keys where they were
    if (event.target.closest('button')) event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    const { target } = event;
    const isField = target instanceof HTMLInputElement && target.type !== 'range';
    const keepsSpace = isField || target instanceof HTMLButtonElement || target.tagName === 'SUMMARY';
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    let action;
    const isThird = event.getModifierState('AltGraph'); // as [ and ] need on some keyboards
    const isControl = (event.ctrlKey || event.metaKey) && !isThird;
    if (isControl) action = withControl[key];
    else if (event.altKey && !isThird && !'+=-−'.includes(key)) return;
    else if (target === app.view.stage && onStage(event)) action = onStage(event);
    else if (target.type === 'number' || target instanceof HTMLSelectElement) return;
    else if (key === ' ') action = keepsSpace ? null : keys[' '];
    else if (/^[1-9]$/.test(key)) action = () => app.pick(Number(key));
    else if (target instanceof HTMLInputElement && key.length > 1) return;
    else action = keys[event.key] || keys[key];
    if (!action) return;
    event.preventDefault();
    action(event);
  });
}
