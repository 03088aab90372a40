// Spectrograms and marks as pixels.

// Where pixels 0 to count lie among cells: pixel p spans edges[p] to edges[p + 1], in cells whose
// middles are whole numbers. Where a pixel has more than a cell its loudest counts, else it lies
// between two, or, `sharp`, in one.
function places(edges, cells, sharp) {
  const count = edges.length - 1;
  const first = new Int32Array(count), second = new Int32Array(count), part = new Float32Array(count);
  const within = (cell) => Math.min(cells - 1, Math.max(0, cell));
  for (let p = 0; p < count; ++p) {
    const low = Math.min(edges[p], edges[p + 1]), high = Math.max(edges[p], edges[p + 1]);
    const middle = (low + high) / 2;
    if (high - low > 1) {
      first[p] = within(Math.ceil(low));
      second[p] = within(Math.ceil(high) - 1);
      part[p] = -1;
    } else {
      first[p] = within(sharp ? Math.round(middle) : Math.floor(middle));
      second[p] = within(first[p] + 1);
      part[p] = sharp ? 0 : Math.min(1, Math.max(0, middle - first[p]));
    }
  }
  return { first, second, part };
}

function isSilent(column) {
  for (let bin = 0; bin < column.length; ++bin) if (column[bin] !== 0) return false;
  return true;
}

// Shows rasters of bins × frames, frame by frame, in a window of width × height pixels.
export class Mapper {
  constructor(window, width, height, sharp) {
    const { grid } = window;
    Object.assign(this, { width, height, bins: grid.bins });
    const across = (p) => window.seconds(p / width * window.width);
    const down = (p) => window.hertz(p / height * window.height);
    this.columns = places(Float64Array.from({ length: width + 1 }, (_, p) => grid.frameOf(across(p))),
      grid.frames, sharp);
    this.rows = places(Float64Array.from({ length: height + 1 }, (_, p) => down(p) / grid.hertz),
      grid.bins, sharp);
    this.column = new Uint8Array(grid.bins);
  }

  // The bins at pixel column x.
  #columnAt(bytes, x) {
    const { first, second, part } = this.columns;
    const { bins, column } = this;
    const one = first[x] * bins, other = second[x] * bins;
    if (part[x] < 0) {
      column.set(bytes.subarray(one, one + bins));
      for (let at = one + bins; at <= other; at += bins)
        for (let bin = 0; bin < bins; ++bin) if (bytes[at + bin] > column[bin]) column[bin] = bytes[at + bin];
    } else if (part[x] === 0) {
      column.set(bytes.subarray(one, one + bins));
    } else {
      for (let bin = 0; bin < bins; ++bin)
        column[bin] = bytes[one + bin] + part[x] * (bytes[other + bin] - bytes[one + bin]);
    }
    return column;
  }

  // The picture of pixel columns from x0 to x1, row by row, (x1 − x0) × height bytes.
  map(bytes, x0 = 0, x1 = this.width) {
    const width = x1 - x0;
    const made = new Uint8Array(width * this.height);
    const { first, second, part } = this.rows;
    for (let x = x0; x < x1; ++x) {
      const column = this.#columnAt(bytes, x);
      if (isSilent(column)) continue; // as most of marks are
      for (let y = 0, at = x - x0; y < this.height; ++y, at += width) {
        let value = column[first[y]];
        if (part[y] > 0) value += part[y] * (column[second[y]] - value);
        else if (part[y] < 0)
          for (let bin = first[y] + 1; bin <= second[y]; ++bin) if (column[bin] > value) value = column[bin];
        made[at] = value;
      }
    }
    return made;
  }
}

// One layer by a table of 256 colours.
export function paintLayer(image, values, table) {
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < values.length; ++i) pixels[i] = table[values[i]];
}

// Layers together: the colours mixed by their powers, as bright as the loudest; `floor` in dB is what
// the value 0 means, `bright` says how bright each value is, 0 to 1.
export function paintOverlay(image, layers, floor, bright) {
  const power = Float32Array.from({ length: 256 }, (_, value) => 10 ** ((1 - value / 255) * floor / 10));
  const { data } = image;
  for (let i = 0; i < data.length / 4; ++i) {
    let sum = 1e-30, loudest = 0, red = 0, green = 0, blue = 0;
    for (const { values, colour } of layers) {
      const value = values[i], weight = power[value];
      sum += weight;
      red += weight * colour[0];
      green += weight * colour[1];
      blue += weight * colour[2];
      if (value > loudest) loudest = value;
    }
    const scale = bright[loudest] / sum;
    data[4 * i] = red * scale;
    data[4 * i + 1] = green * scale;
    data[4 * i + 2] = blue * scale;
    data[4 * i + 3] = 255;
  }
}

// Marks of one source: its colour, the more opaque the surer, with an edge; where it never is, hatched.
export function paintMark(image, values, { colour, never, x0 }) {
  const { width, data } = image;
  for (let i = 0; i < values.length; ++i) {
    if (values[i] === 0) continue;
    const x = i % width, y = (i - x) / width;
    const isEdge = (x > 0 && values[i - 1] === 0) || (x + 1 < width && values[i + 1] === 0) ||
      values[i - width] === 0 || values[i + width] === 0;
    const hatch = (x + x0 + y) % 8 < 2;
    const opaque = isEdge ? 0.9 : never ? (hatch ? 0.85 : 0.12) : 0.15 + 0.5 * values[i] / 255;
    const under = data[4 * i + 3] / 255 * (1 - opaque);
    const whole = opaque + under;
    for (let c = 0; c < 3; ++c) data[4 * i + c] = (colour[c] * opaque + data[4 * i + c] * under) / whole;
    data[4 * i + 3] = 255 * whole;
  }
}
