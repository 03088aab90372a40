// The marks: a list of strokes, and what they paint, a raster a source of bins × frames, frame by
// frame, 0 to 255 = how sure. Rasters are made from strokes alone, so that undoing needs no copies.
import { cover, framesOf } from './shapes.js';

function raise(raster, from, to, value) {
  for (let i = from; i < to; ++i) if (raster[i] < value) raster[i] = value;
}
// Whether anything was higher.
function lower(raster, from, to, value) {
  let changed = false;
  for (let i = from; i < to; ++i)
    if (raster[i] > value) {
      raster[i] = value;
      changed = true;
    }
  return changed;
}

export function keyOf(source, never) { return (never ? '!' : '') + source; }

const tools = ['brush', 'erase', 'harmonic', 'box', 'lasso'];

// Whether something that was read is a stroke that can be painted here.
function isStroke(stroke, sources) {
  if (!stroke || stroke.tool === 'clear') return Boolean(stroke);
  const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  const least = stroke.tool === 'box' ? 2 : 1;
  return tools.includes(stroke.tool) && (stroke.tool === 'erase' || sources.includes(stroke.source)) &&
    Array.isArray(stroke.points) && stroke.points.length >= least && stroke.points.every(isPoint);
}

export class Strokes {
  constructor(grid) {
    this.grid = grid;
    this.list = [];
    this.undone = [];
    this.rasters = new Map(); // by keyOf: { source, never, bytes, revision }; a new revision for each change
    this.onpaint = () => {}; // (first frame, one past the last): rasters changed there
    this.onchange = () => {}; // a stroke was added, taken back or done again
  }

  #raster(source, never) {
    const key = keyOf(source, never);
    if (!this.rasters.has(key))
      this.rasters.set(key, { source, never, revision: 0,
        bytes: new Uint8Array(this.grid.bins * this.grid.frames) });
    return this.rasters.get(key);
  }

  // A bin is surely of one source or of another: what raises one lowers the others. Where a source
  // never is, others may be.
  #apply(stroke, range, since = 0) {
    const value = Math.round(255 * (stroke.strength ?? 1));
    const erases = stroke.tool === 'erase' || stroke.tool === 'clear';
    const own = erases ? null : this.#raster(stroke.source, stroke.never);
    const contradicts = (other) => erases ||
      (other !== own && (other.source === stroke.source || (!stroke.never && !other.never)));
    const others = [...this.rasters.values()].filter(contradicts);
    cover(stroke, this.grid, range, (frame, first, last) => {
      const at = frame * this.grid.bins;
      if (own) raise(own.bytes, at + first, at + last, value);
      for (const other of others)
        if (lower(other.bytes, at + first, at + last, 255 - value)) ++other.revision;
    }, since);
    if (own) ++own.revision;
  }

  // Paints a brush stroke that is not finished, from its point `since` on.
  preview(stroke, since) {
    const part = { ...stroke, points: stroke.points.slice(Math.max(0, since - 1)) };
    this.#apply(stroke, framesOf(part, this.grid), since);
    this.onpaint(...framesOf(part, this.grid));
  }

  add(stroke) {
    this.list.push(stroke);
    this.undone = [];
    this.#apply(stroke, [0, this.grid.frames]);
    this.onpaint(...framesOf(stroke, this.grid));
    this.onchange();
  }

  // Paints some frames again from the strokes that reach them.
  repaint(range) {
    for (const raster of this.rasters.values()) {
      raster.bytes.fill(0, range[0] * this.grid.bins, range[1] * this.grid.bins);
      ++raster.revision;
    }
    for (const stroke of this.list) this.#apply(stroke, range);
    this.onpaint(...range);
  }

  undo() {
    if (this.list.length === 0) return;
    const stroke = this.list.pop();
    this.undone.push(stroke);
    this.repaint(framesOf(stroke, this.grid));
    this.onchange();
  }

  redo() {
    if (this.undone.length === 0) return;
    const stroke = this.undone.pop();
    this.list.push(stroke);
    this.repaint(framesOf(stroke, this.grid));
    this.onchange();
  }

  // The strokes of a project, without those of sources that this session has not. How many these were.
  load(list, sources) {
    this.list = list.filter((stroke) => isStroke(stroke, sources));
    this.undone = [];
    this.repaint([0, this.grid.frames]);
    return list.length - this.list.length;
  }

  // The rasters in which anything is marked.
  marked() { return [...this.rasters.values()].filter(({ bytes }) => bytes.some((value) => value > 0)); }
}
