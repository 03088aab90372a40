// Gestures: what a pointer, or the keyboard's cursor, does to the marks. Both begin, move and end the
// same gestures; a gesture becomes a stroke when it ends.
import { framesOf } from './shapes.js';
import { sourceColour } from './colours.js';
import { inset } from './view.js';

export const freehand = ['brush', 'erase', 'harmonic'];

export class Tools {
  // settings: { tool, source (a number), never, size (CSS pixels across), strength, partials }
  constructor({ view, strokes, settings, onmove, onselect, onseek, refuse }) {
    Object.assign(this, { view, strokes, settings, onmove, onselect, onseek, refuse });
    this.window = view.window;
    this.cursor = null; // { s, hertz } where pointer or keyboard are
    this.byKeyboard = false;
    this.stroke = null; // being painted
    this.anchor = null; // of a stretch of time that is being chosen
  }

  // The point at x, y CSS pixels of the picture.
  point(x, y) {
    const within = (value, most) => Math.min(most, Math.max(0, value));
    return { s: this.window.seconds(within(x, this.window.width)),
      hertz: this.window.hertz(within(y, this.window.height)) };
  }

  #newStroke({ s, hertz }) {
    const { tool, never, size, strength, partials } = this.settings;
    const source = this.view.sources[this.settings.source].name;
    const stroke = { tool, strength, points: [[s, hertz]] };
    if (tool !== 'erase') Object.assign(stroke, { source, never });
    if (tool === 'box') stroke.points.push([s, hertz]);
    else stroke.scale = this.window.scale;
    if (!freehand.includes(tool)) return stroke;
    stroke.seconds = size / 2 * this.window.secondsPerPixel();
    stroke.height = size / 2 * this.window.unitsPerPixel();
    if (tool === 'harmonic') { // a partial is as wide as the lowest, in hertz
      if (stroke.scale === 'log') stroke.height = hertz * (2 ** stroke.height - 2 ** -stroke.height) / 2;
      Object.assign(stroke, { scale: 'linear', partials });
    }
    return stroke;
  }

  begin(point, tool = this.settings.tool) {
    this.cursor = point;
    if (tool === 'time') this.anchor = point.s;
    else if (!this.view.sources.length) this.refuse();
    else {
      this.stroke = this.#newStroke(point);
      if (freehand.includes(tool)) this.strokes.preview(this.stroke, 0);
    }
    this.view.request();
  }

  move(point) {
    this.cursor = point;
    this.onmove(point);
    this.view.request();
    if (!this.stroke) return;
    const { points, tool } = this.stroke;
    if (tool === 'box') {
      points[1] = [point.s, point.hertz];
      return;
    }
    const [s, hertz] = points.at(-1);
    const { window } = this;
    if (Math.hypot(window.x(point.s) - window.x(s), window.y(point.hertz) - window.y(hertz)) < 1.5) return;
    points.push([point.s, point.hertz]);
    if (freehand.includes(tool)) this.strokes.preview(this.stroke, points.length - 1);
  }

  end(point) {
    this.move(point);
    if (this.anchor !== null) this.#endTime(point.s);
    const { stroke } = this;
    this.anchor = this.stroke = null;
    if (stroke && !(stroke.tool === 'lasso' && stroke.points.length < 3)) this.strokes.add(stroke);
    this.view.request();
  }

  #endTime(s) {
    const apart = Math.abs(this.window.x(s) - this.window.x(this.anchor));
    if (apart < 4) this.onseek(s);
    else this.onselect([Math.min(s, this.anchor), Math.max(s, this.anchor)]);
  }

  cancel() {
    const { stroke } = this;
    this.anchor = this.stroke = null;
    if (stroke && freehand.includes(stroke.tool)) this.strokes.repaint(framesOf(stroke, this.window.grid));
    this.view.request();
  }

  get busy() { return this.stroke !== null || this.anchor !== null; }

  // Pointers on the stage; on the axis of time below the picture they choose time with any tool.
  listen(stage) {
    const at = (event) => {
      const box = stage.getBoundingClientRect();
      return [event.clientX - box.left - inset.left, event.clientY - box.top - inset.top];
    };
    let panned = null;
    stage.addEventListener('pointerdown', (event) => {
      const [x, y] = at(event);
      stage.setPointerCapture(event.pointerId);
      this.byKeyboard = false;
      if (event.button === 1) panned = [x, y];
      if (event.button !== 0 || x < 0 || y < 0) return;
      this.cancel();
      this.begin(this.point(x, y), y > this.window.height ? 'time' : undefined);
    });
    stage.addEventListener('pointermove', (event) => {
      this.byKeyboard = false;
      const [x, y] = at(event);
      if (panned) {
        this.window.showFrom(this.window.from - (x - panned[0]) * this.window.secondsPerPixel());
        this.window.showLow(this.window.low + (y - panned[1]) * this.window.unitsPerPixel());
        panned = [x, y];
        this.view.moved();
      } else {
        const events = this.stroke && event.getCoalescedEvents ? event.getCoalescedEvents() : [];
        for (const one of events.length > 1 ? events : [event]) this.move(this.point(...at(one)));
      }
    });
    stage.addEventListener('pointerup', (event) => {
      if (event.button === 1) panned = null;
      if (event.button === 0 && this.busy) this.end(this.point(...at(event)));
    });
    stage.addEventListener('pointercancel', () => { panned = null; this.cancel(); });
    stage.addEventListener('pointerleave', () => { this.cursor = null; this.onmove(null); this.view.request(); });
  }

  // Moves the keyboard's cursor by pixels; where it leaves the picture, the picture follows.
  step(dx, dy) {
    const { window } = this;
    this.byKeyboard = true;
    const here = this.cursor || this.point(window.width / 2, window.height / 2);
    let x = window.x(here.s) + dx, y = window.y(here.hertz) + dy;
    if (x < 0 || x > window.width) {
      window.showFrom(window.from + Math.sign(dx) * (window.to - window.from) / 4);
      this.view.moved();
      x = window.x(here.s) + dx;
    }
    if (y < 0 || y > window.height) {
      window.showLow(window.low - Math.sign(dy) * (window.high - window.low) / 4);
      this.view.moved();
      y = window.y(here.hertz) + dy;
    }
    this.move(this.point(x, y));
  }

  // Enter puts the pen down, and again lifts it.
  press() {
    this.byKeyboard = true;
    this.cursor ||= this.point(this.window.width / 2, this.window.height / 2);
    if (this.busy) this.end(this.cursor);
    else this.begin(this.cursor);
    this.onmove(this.cursor);
  }

  // The brush, the shape that is being drawn, the keyboard's cross.
  draw(paper) {
    const { window, settings, stroke, cursor } = this;
    const place = ([s, hertz]) => [window.x(s), window.y(hertz)];
    const colour = settings.tool === 'erase' ? '#ffffff' : sourceColour(settings.source);
    const outline = () => {
      for (const [style, width] of [['#000000a0', 3.5], [colour, 1.5]]) {
        Object.assign(paper, { strokeStyle: style, lineWidth: width });
        paper.stroke();
      }
    };
    paper.setLineDash(settings.never ? [5, 4] : []);
    paper.beginPath();
    if (stroke && stroke.tool === 'lasso') stroke.points.forEach((point) => paper.lineTo(...place(point)));
    if (stroke && stroke.tool === 'box') {
      const [[x0, y0], [x1, y1]] = stroke.points.map(place);
      paper.rect(x0, y0, x1 - x0, y1 - y0);
    }
    if (cursor && freehand.includes(settings.tool)) {
      paper.arc(window.x(cursor.s), window.y(cursor.hertz), settings.size / 2, 0, 2 * Math.PI);
      for (let n = 2; settings.tool === 'harmonic' && n <= settings.partials; ++n) {
        const [x, y] = place([cursor.s, n * cursor.hertz]);
        paper.moveTo(x - settings.size / 2, y);
        paper.lineTo(x + settings.size / 2, y);
      }
    }
    outline();
    paper.setLineDash([]);
    if (cursor && this.byKeyboard) {
      const [x, y] = place([cursor.s, cursor.hertz]);
      paper.beginPath();
      for (const [dx, dy] of [[12, 0], [0, 12]]) {
        paper.moveTo(x - dx, y - dy);
        paper.lineTo(x + dx, y + dy);
      }
      outline();
    }
  }

  // The stretch of time that is being chosen, or null.
  chosen() {
    if (this.anchor === null || !this.cursor) return null;
    return [Math.min(this.anchor, this.cursor.s), Math.max(this.anchor, this.cursor.s)];
  }
}
