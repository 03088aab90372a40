// The page of `nmfsep paint`: brings its parts together.
import { $ } from './dom.js';
import { Grid, Window, clock } from './geometry.js';
import { Layers } from './layers.js';
import { Strokes } from './strokes.js';
import { View } from './view.js';
import { Tools } from './tools.js';
import { Player } from './player.js';
import { Latest, getJson, post, watch } from './server.js';
import { base64, pngOf } from './png.js';
import { layerPanel } from './panel.js';
import { listenToKeys, paintControls, readOut, viewControls } from './controls.js';
import { Tour } from './tour.js';

function say(id, text) {
  $(id).textContent = text;
  $(id).parentElement.hidden = !text;
}
const problem = (error) => say('problem', error ? error.message || error : '');

// What the tab keeps of the strokes when it is loaded again.
const kept = 'nmfsep paint ' + location.pathname;
function keep(strokes) {
  try { sessionStorage.setItem(kept, JSON.stringify(strokes)); } catch { /* full: a project can be saved */ }
}

class App {
  constructor(session) {
    this.session = session;
    this.sources = session.sources;
    this.grid = new Grid(session);
    this.strokes = new Strokes(this.grid);
    this.settings = { tool: 'brush', source: 0, never: false, size: 24, strength: 1, partials: 12 };
    this.layers = new Layers(this.grid, this.sources);
    this.layers.onerror = problem;
    this.view = new View({ stage: $('stage'), window: new Window(this.grid), layers: this.layers,
      strokes: this.strokes, sources: this.sources, floor: session.floor_db });
    this.player = new Player(['mixture', ...this.sources.map(({ name }) => name)], session.duration);
    this.player.onerror = problem;
    this.version = 0;
    this.told = null; // the error that the program reported last
    this.saved = true;
    this.tour = new Tour();
    this.sender = new Latest(() => this.marks(), (error) => problem(error));
    this.#wire();
  }

  #wire() {
    const { view, strokes, settings, player } = this;
    this.tools = new Tools({ view, strokes, settings,
      onmove: (cursor) => {
        $('readout').setAttribute('aria-live', this.tools.byKeyboard ? 'polite' : 'off');
        $('readout').textContent = readOut(view, cursor);
      },
      onseek: (s) => player.seek(s),
      onselect: (range) => player.setLoop(range),
      refuse: () => problem('There is no source to paint. Start nmfsep paint with -m MODELS or --learn NAME=ATOMS.') });
    this.tools.listen($('stage'));
    $('stage').addEventListener('blur', () => this.tools.cancel());
    view.drawTop = (paper) => { this.#drawTime(paper); this.tools.draw(paper); };
    strokes.onchange = () => this.#changed();
    const paint = paintControls(this), look = viewControls(this);
    this.pick = paint.pick;
    this.updateScroll = look.update;
    this.updatePanel = layerPanel($('layers'), this.sources, { player, layers: this.layers,
      show: (name) => this.show(name) });
    player.onchange = () => { this.updatePanel(); this.#showTime(); this.view.request(); };
    for (const name of ['undo', 'redo']) $(name).onclick = () => strokes[name]();
    $('clear').onclick = () => strokes.add({ tool: 'clear' });
    $('save').onclick = () => this.save();
    $('export').onclick = () => this.export();
    for (const id of ['problem', 'news']) $(id).nextSibling.onclick = () => say(id, '');
    $('help').onclick = () => this.tour.start();
    $('play').onclick = () => player.toggle();
    $('loop').onclick = () => this.#flipLoop();
    $('level').oninput = () => { player.master.gain.value = Number($('level').value); };
    const showWeight = () => { $('weight-value').textContent = $('weight').value; };
    $('weight').value = this.session.strength;
    $('weight').oninput = showWeight;
    $('weight').onchange = () => { this.saved = false; this.#buttons(); this.sender.send(); };
    showWeight();
    listenToKeys(this, { ...paint.keys, ...look.keys, ' ': () => player.toggle(), Home: () => player.seek(0),
      r: () => this.#flipLoop(), v: () => this.#nextLayer() });
    look.update();
    this.#buttons();
    this.updatePanel();
    this.#showTime();
  }

  #flipLoop() {
    const { from, to } = this.view.window;
    this.player.setLoop(this.player.loop ? null : [from, to]);
  }

  #nextLayer() {
    const names = [...$('layers').querySelectorAll('.show:enabled')].map((one) => one.dataset.layer);
    this.show(names[(names.indexOf(this.layers.shown) + 1) % names.length]);
  }

  show(name) {
    this.layers.shown = name;
    this.updatePanel();
    this.view.dirty.base = true;
    this.view.fetch();
    this.view.request();
    this.tour.did('listen');
  }

  #buttons() {
    $('undo').disabled = this.strokes.list.length === 0;
    $('redo').disabled = this.strokes.undone.length === 0;
    $('clear').disabled = this.strokes.list.length === 0;
    $('save').classList.toggle('due', !this.saved);
  }

  #changed() {
    this.saved = false;
    this.#buttons();
    keep(this.strokes.list);
    problem('');
    this.told = null;
    this.tour.did('stroke');
    this.sender.send();
  }

  // The body of a request that says what is marked.
  async marks() {
    const marks = this.strokes.marked().map(async (raster) => {
      const { source, never, bytes, revision } = raster;
      if (raster.picture?.revision !== revision)
        raster.picture = { revision, png: pngOf(bytes, this.grid.bins, this.grid.frames).then(base64) };
      return { source, never, png: await raster.picture.png };
    });
    return { strength: Number($('weight').value), marks: await Promise.all(marks) };
  }

  async #write(path, body, words) {
    say('news', words + '…');
    for (const name of ['save', 'export']) $(name).disabled = true;
    try {
      const { folder, files } = await post(path, body);
      say('news', `Written to ${folder}: ${files.join(', ')}`);
      problem('');
      return true;
    } catch (error) {
      say('news', '');
      problem(error);
      return false;
    } finally {
      for (const name of ['save', 'export']) $(name).disabled = false;
    }
  }

  async save() {
    const strokes = [...this.strokes.list];
    if (!await this.#write('project', { strokes, ...await this.marks() }, 'Saving')) return;
    this.saved = strokes.length === this.strokes.list.length;
    this.#buttons();
  }

  async export() {
    if (this.sender.running) await this.sender.running;
    await this.#write('export', {}, 'Exporting: the whole exact job');
  }

  // What the program says of its separation.
  state(state) {
    const isNew = state.error !== this.told; // what was closed stays closed
    this.told = state.error;
    if (isNew) problem(state.error);
    if (state.lost) return;
    $('progress').hidden = !state.busy;
    $('progress').value = state.progress || 0;
    const how = { painted: 'the frames you painted', all: 'everything', learning: 'learnt and separated' }[state.stage];
    const took = state.version > 0 ? `Separated in ${Math.round(state.milliseconds)} ms${how ? ` (${how})` : ''}` : '';
    const waits = this.sources.length ? 'Paint over what is surely of one source' : 'No sources: nothing to separate';
    const works = took ? took + ' · separating…' : 'Separating…';
    $('status').title = $('status').textContent = state.busy ? works : took || waits;
    this.warn(state.warnings || []);
    if (state.version > this.version) this.#newStems(state.version);
    if (!state.busy) this.#loadSounds();
  }

  warn(warnings) {
    const text = warnings.join('\n');
    if (text !== this.warned) say('news', text);
    this.warned = text;
  }

  #newStems(version) {
    this.version = version;
    this.layers.newVersion(version);
    this.updatePanel();
    this.view.fetch();
    if (this.player.playing) this.#loadSounds();
  }

  #loadSounds() {
    if (this.version === 0) return;
    for (const track of this.player.tracks.slice(1))
      if (track.wanted !== this.version) this.player.load(track, this.version);
  }

  #drawTime(paper) {
    const { window } = this.view;
    const chosen = this.tools.chosen() || this.player.loop;
    if (chosen) {
      const [x0, x1] = chosen.map((s) => window.x(s));
      paper.fillStyle = '#ffffff28';
      paper.fillRect(x0, 0, x1 - x0, window.height);
      paper.fillStyle = '#ffffffd0';
      for (const x of [x0, x1]) paper.fillRect(x - 0.5, 0, 1, window.height);
    }
    const x = window.x(this.player.position());
    paper.fillStyle = '#000000a0';
    paper.fillRect(x - 1.5, 0, 3, window.height);
    paper.fillStyle = '#ffffff';
    paper.fillRect(x - 0.5, 0, 1, window.height);
  }

  #showTime() {
    const { player } = this;
    $('play').textContent = player.playing ? 'Pause' : 'Play';
    $('time').textContent = clock(player.position()) + ' / ' + clock(player.seconds);
    $('loop').setAttribute('aria-pressed', player.loop !== null);
    if (player.playing) this.tour.did('play');
    if (player.tracks.some(({ solo }) => solo)) this.tour.did('listen');
  }

  // Each time the screen is drawn: while it plays, what is seen follows.
  frame() {
    const { player, view } = this;
    if (player.playing) {
      const at = player.position();
      if (!player.loop && at >= player.seconds) player.pause();
      this.#showTime();
      const { window } = view;
      if (!this.tools.busy && (at > window.to || at < window.from)) {
        window.showFrom(at);
        view.moved();
        this.updateScroll();
      }
      view.request();
    }
    requestAnimationFrame(() => this.frame());
  }

  // Strokes of this tab, or else those saved before.
  async restore() {
    const here = sessionStorage.getItem(kept);
    const project = here ? { strokes: JSON.parse(here) } : await getJson('project');
    if (project.strength !== undefined && project.strength !== null) {
      $('weight').value = project.strength;
      $('weight').oninput();
    }
    const left = Array.isArray(project.strokes)
      ? this.strokes.load(project.strokes, this.sources.map(({ name }) => name)) : 0;
    if (left > 0) say('news', `Left out ${left} strokes of sources that are not here`);
    this.#buttons();
    if (this.strokes.list.length) this.sender.send();
  }
}

async function start() {
  history.scrollRestoration = 'manual';
  const session = await getJson('session');
  document.title = session.title + ' – nmfsep paint';
  $('title').textContent = session.title;
  const app = globalThis.paint = new App(session);
  app.player.load(app.player.tracks[0], 0);
  await app.restore();
  if (session.version === 0) app.state({ version: 0, busy: false, error: null });
  watch((state) => app.state(state));
  app.frame();
  document.body.dataset.ready = 'yes';
  if (session.demo) app.tour.start();
}

start().catch(problem);
