// The spectrogram with its axes, the marks over it, and on top what moves: playhead, loop, brush.
import { hertzTicks, timeTicks } from './geometry.js';
import { brightness, bytesOf, colourTable, sourceColour } from './colours.js';
import { overlay } from './layers.js';
import { Mapper, paintLayer, paintMark, paintOverlay } from './raster.js';

export const inset = { left: 54, right: 10, top: 8, bottom: 26 }; // CSS pixels around the picture

export class View {
  constructor({ stage, window, layers, strokes, sources, floor }) {
    Object.assign(this, { stage, window, layers, strokes, sources, floor });
    [this.axes, this.base, this.marks, this.top] = ['axes', 'base', 'marks', 'top'].map((name) =>
      stage.querySelector('.' + name));
    this.drawTop = () => {}; // (paper): what moves, in CSS pixels of the picture
    this.showsMarks = true;
    this.dirty = { base: true, marks: [0, Infinity], top: true };
    strokes.onpaint = (first, last) => this.#soil(first, last);
    layers.onload = () => { this.dirty.base = true; this.request(); };
    new ResizeObserver(() => this.resized()).observe(stage);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.moved());
    this.setColours('magma', 60);
    this.resized();
  }

  #soil(first, last) {
    const { grid } = this.window;
    const [from, to] = [grid.secondsOf(first - 1), grid.secondsOf(last + 1)];
    const old = this.dirty.marks || [Infinity, -Infinity];
    this.dirty.marks = [Math.min(old[0], from), Math.max(old[1], to)];
    this.request();
  }

  resized() {
    const ratio = this.ratio = Math.min(2, devicePixelRatio || 1);
    const width = this.stage.clientWidth, height = this.stage.clientHeight;
    this.window.width = Math.max(40, width - inset.left - inset.right);
    this.window.height = Math.max(40, height - inset.top - inset.bottom);
    const size = (canvas, w, h) => {
      [canvas.width, canvas.height] = [Math.round(w * ratio), Math.round(h * ratio)];
      Object.assign(canvas.style, { width: w + 'px', height: h + 'px' });
    };
    size(this.axes, width, height);
    for (const canvas of [this.base, this.marks, this.top]) {
      size(canvas, this.window.width, this.window.height);
      Object.assign(canvas.style, { left: inset.left + 'px', top: inset.top + 'px' });
    }
    this.moved();
  }

  // The window shows something else.
  moved() {
    this.mappers = null;
    this.dirty = { base: true, marks: [-Infinity, Infinity], top: true };
    this.fetch();
    this.request();
  }

  fetch() {
    const { grid, from, to } = this.window;
    const within = (frame) => Math.min(grid.frames, Math.max(0, Math.round(frame)));
    this.layers.load(within(grid.frameOf(from) - 2), within(grid.frameOf(to) + 3));
  }

  // A map of colours, and how many dB of levels it shows.
  setColours(name, range) {
    this.bright = brightness(this.floor, range);
    this.table = colourTable(name, this.bright);
    this.dirty.base = true;
    this.request();
  }

  request() {
    this.requested ||= requestAnimationFrame(() => {
      this.requested = null;
      this.draw();
    });
  }

  draw() {
    const { dirty } = this;
    this.dirty = { base: false, marks: null, top: true };
    const { width, height } = this.base;
    this.mappers ||= [false, true].map((sharp) => new Mapper(this.window, width, height, sharp));
    if (dirty.base) {
      this.#drawBase();
      this.#drawAxes();
    }
    if (dirty.marks) this.#drawMarks(...dirty.marks);
    this.#drawTop();
  }

  #drawBase() {
    const paper = this.base.getContext('2d');
    const image = paper.createImageData(this.base.width, this.base.height);
    const values = (layer) => layer.bytes ? this.mappers[0].map(layer.bytes) : new Uint8Array(image.data.length / 4);
    const visible = this.layers.visible();
    if (this.layers.shown === overlay)
      paintOverlay(image, visible.map((layer) => ({ values: values(layer),
        colour: bytesOf(sourceColour(this.layers.stems.indexOf(layer))) })), this.floor, this.bright);
    else if (visible.length > 0) paintLayer(image, values(visible[0]), this.table);
    else for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255;
    paper.putImageData(image, 0, 0);
  }

  #drawMarks(from, to) {
    const paper = this.marks.getContext('2d');
    const pixel = (seconds) => this.window.x(seconds) * this.ratio;
    const x0 = Math.max(0, Math.floor(pixel(from)) - 2);
    const x1 = Math.min(this.marks.width, Math.ceil(pixel(to)) + 2);
    if (x1 <= x0) return;
    const left = Math.max(0, x0 - 1), right = Math.min(this.marks.width, x1 + 1); // edges need a neighbour
    const image = paper.createImageData(right - left, this.marks.height);
    for (const { source, never, bytes } of this.showsMarks ? this.strokes.rasters.values() : [])
      paintMark(image, this.mappers[1].map(bytes, left, right),
        { never, x0: left, colour: bytesOf(sourceColour(this.sources.findIndex(({ name }) => name === source))) });
    paper.putImageData(image, left, 0, x0 - left, 0, x1 - x0, this.marks.height);
  }

  #drawAxes() {
    const paper = this.axes.getContext('2d');
    paper.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    paper.clearRect(0, 0, this.stage.clientWidth, this.stage.clientHeight);
    const style = getComputedStyle(document.documentElement);
    paper.font = '12px system-ui, sans-serif';
    paper.fillStyle = paper.strokeStyle = style.getPropertyValue('--ink');
    const line = (...ends) => { paper.beginPath(); ends.forEach((end) => paper.lineTo(...end)); paper.stroke(); };
    const bottom = inset.top + this.window.height;
    paper.textAlign = 'center';
    paper.textBaseline = 'top';
    for (const { at, text } of timeTicks(this.window)) {
      const x = Math.round(inset.left + this.window.x(at)) + 0.5;
      line([x, bottom], [x, bottom + 5]);
      const half = paper.measureText(text).width / 2;
      paper.fillText(text, Math.min(x, this.stage.clientWidth - half - 1), bottom + 8);
    }
    paper.textAlign = 'right';
    paper.textBaseline = 'middle';
    let last = Infinity;
    for (const { at, text } of hertzTicks(this.window)) {
      const y = Math.round(inset.top + this.window.y(at)) + 0.5;
      if (last - y < 18) continue;
      last = y;
      line([inset.left - 5, y], [inset.left, y]);
      paper.fillText(text, inset.left - 8, Math.max(y, 8));
    }
    paper.textAlign = 'left';
    paper.textBaseline = 'alphabetic';
    paper.fillText('Hz', 4, bottom + 18);
  }

  #drawTop() {
    const paper = this.top.getContext('2d');
    paper.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    paper.clearRect(0, 0, this.window.width, this.window.height);
    this.drawTop(paper);
  }

  // How loud the shown layer is there, in dB below the loudest; null where it is unknown.
  levelAt(seconds, hertz) {
    const [layer, another] = this.layers.visible();
    if (!layer || another || !layer.bytes) return null;
    const { grid } = this.window;
    const frame = Math.round(grid.frameOf(seconds)), bin = Math.round(hertz / grid.hertz);
    const value = layer.bytes[frame * grid.bins + bin];
    return value === undefined ? null : this.floor * (1 - value / 255);
  }
}
