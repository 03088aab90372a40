// What a stroke covers: runs of bins in frames. A stroke is kept in seconds and hertz:
//   { tool: 'brush' | 'erase' | 'harmonic', points: [[s, Hz]…], seconds, height, scale, partials }
//   { tool: 'box', points: [[s, Hz], [s, Hz]] }, { tool: 'lasso', points: [[s, Hz]…], scale }
//   { tool: 'clear' }
// with `seconds` and `height` the radii of the brush, `height` in octaves where scale is 'log' and
// in hertz where it is 'linear'. The same stroke always gives the same runs, whatever was seen.
import { hertzOf, unitsOf } from './geometry.js';

// Whole numbers from low to high, or the one nearest to their middle where there is none between:
// [first, one past the last], within 0 to count.
function run(low, high, count) {
  let first = Math.ceil(low), last = Math.floor(high);
  if (last < first) first = last = Math.round((low + high) / 2);
  return [Math.max(0, first), Math.min(count, last + 1)];
}

function bounds(values, margin) {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low - margin, high + margin];
}

// What reaches the lowest that octaves show goes down to 0 Hz.
function lowestBin(hertz, grid) { return hertz <= 1.001 * grid.lowest ? 0 : hertz / grid.hertz; }

// At least half a frame, so that no stroke falls between two.
function radiusOf(stroke, grid) { return Math.max(stroke.seconds || 0, 0.51 * grid.hop / grid.rate); }

// The frames that a stroke can reach: [first, one past the last].
export function framesOf(stroke, grid) {
  if (stroke.tool === 'clear') return [0, grid.frames];
  const margin = stroke.seconds === undefined ? 0 : radiusOf(stroke, grid);
  const [from, to] = bounds(stroke.points.map(([seconds]) => seconds), margin);
  return run(grid.frameOf(from), grid.frameOf(to), grid.frames);
}

// What a disc of radius 1 that moves from a to b, a left of b, covers above and below u.
function slice(a, b, u) {
  let low = Infinity, high = -Infinity;
  const reach = (v) => { low = Math.min(low, v); high = Math.max(high, v); };
  for (const [at, v] of [a, b]) {
    const half = Math.sqrt(1 - (u - at) ** 2);
    if (half >= 0) { reach(v - half); reach(v + half); }
  }
  const du = b[0] - a[0], dv = b[1] - a[1], length = Math.hypot(du, dv);
  for (const side of du > 0 ? [1, -1] : []) { // the two sides that its edges draw
    const along = (u - a[0] + side * dv / length) / du;
    if (along >= 0 && along <= 1) reach(a[1] + along * dv + side * du / length);
  }
  return high >= low ? [low, high] : null;
}

// A straight piece of a brush stroke.
function coverPiece(one, other, { scale, seconds, height }, grid, [from, to], emit) {
  const ends = [one, other].map(([s, hertz]) => [s / seconds, unitsOf(scale, hertz) / height]);
  ends.sort((a, b) => a[0] - b[0]);
  const [first, last] = run(grid.frameOf((ends[0][0] - 1) * seconds), grid.frameOf((ends[1][0] + 1) * seconds),
    grid.frames);
  for (let frame = Math.max(first, from); frame < Math.min(last, to); ++frame) {
    const edges = slice(ends[0], ends[1], grid.secondsOf(frame) / seconds);
    if (!edges) continue;
    const [low, high] = edges.map((v) => hertzOf(scale, v * height) / grid.hertz);
    const bins = run(low, high, grid.bins);
    if (bins[0] < bins[1]) emit(frame, ...bins);
  }
}

// A brush from its point `since` on; at a harmonic one its partials too, all of one height.
function coverBrush(stroke, grid, range, since, emit) {
  const brush = { scale: stroke.scale, seconds: radiusOf(stroke, grid),
    height: Math.max(stroke.height, 1e-6) };
  const partials = stroke.tool === 'harmonic' ? stroke.partials : 1;
  const { points } = stroke;
  for (let n = 1; n <= partials; ++n)
    for (let i = Math.max(since, points.length > 1 ? 1 : 0); i < points.length; ++i) {
      const [one, other] = [points[Math.max(0, i - 1)], points[i]].map(([s, hertz]) => [s, n * hertz]);
      if (Math.min(one[1], other[1]) < grid.highest) coverPiece(one, other, brush, grid, range, emit);
    }
}

function coverBox({ points: [one, other] }, grid, [from, to], emit) {
  const sorted = (i) => [Math.min(one[i], other[i]), Math.max(one[i], other[i])];
  const [first, last] = run(...sorted(0).map((s) => grid.frameOf(s)), grid.frames);
  const [low, high] = sorted(1);
  const bins = run(lowestBin(low, grid), high / grid.hertz, grid.bins);
  for (let frame = Math.max(first, from); frame < Math.min(last, to); ++frame) emit(frame, ...bins);
}

// Inside where a line from below crosses an odd number of edges.
function coverLasso({ points, scale }, grid, [from, to], emit) {
  const corners = points.map(([s, hertz]) => [s, unitsOf(scale, hertz)]);
  for (let frame = from; frame < to; ++frame) {
    const at = grid.secondsOf(frame);
    const crossings = [];
    corners.forEach((a, i) => {
      const b = corners[(i + 1) % corners.length];
      if ((a[0] <= at) !== (b[0] <= at)) crossings.push(a[1] + (at - a[0]) / (b[0] - a[0]) * (b[1] - a[1]));
    });
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const [low, high] = [crossings[i], crossings[i + 1]].map((v) => hertzOf(scale, v));
      const first = Math.max(0, Math.ceil(lowestBin(low, grid)));
      const last = Math.min(grid.bins, Math.floor(high / grid.hertz) + 1);
      if (first < last) emit(frame, first, last);
    }
  }
}

// Calls emit(frame, first bin, one past the last) for what a stroke covers in the frames of `range`,
// of a brush only for what its points from `since` on add.
export function cover(stroke, grid, range, emit, since = 0) {
  const reach = framesOf(stroke, grid);
  const frames = [Math.max(range[0], reach[0]), Math.min(range[1], reach[1])];
  if (stroke.tool === 'box') coverBox(stroke, grid, frames, emit);
  else if (stroke.tool === 'lasso') coverLasso(stroke, grid, frames, emit);
  else if (stroke.tool === 'clear')
    for (let frame = frames[0]; frame < frames[1]; ++frame) emit(frame, 0, grid.bins);
  else coverBrush(stroke, grid, frames, since, emit);
}
