// Where things are: frames and bins of the spectrogram in seconds and hertz, and both on the screen.

// The spectrogram of the session: bins × frames, the first frames beginning before the sound does.
export class Grid {
  constructor({ rate, hop, bins, frames, duration }) {
    Object.assign(this, { rate, hop, bins, frames, duration });
    this.size = 2 * (bins - 1); // samples of a frame
    this.hertz = rate / this.size; // from one bin to the next
    this.lead = Math.floor((this.size - 1) / hop); // frames that begin before the first sample
    this.highest = rate / 2;
    this.lowest = Math.max(20, 0.75 * this.hertz); // that octaves show
  }

  // The middle of a frame, and the fractional frame whose middle is there.
  secondsOf(frame) { return ((frame - this.lead) * this.hop + this.size / 2) / this.rate; }
  frameOf(seconds) { return (seconds * this.rate - this.size / 2) / this.hop + this.lead; }
}

// Frequencies as heights: octaves above 1 Hz, or hertz.
export function unitsOf(scale, hertz) { return scale === 'log' ? Math.log2(Math.max(hertz, 1)) : hertz; }
export function hertzOf(scale, units) { return scale === 'log' ? 2 ** units : units; }

function clamp(x, low, high) { return Math.min(high, Math.max(low, x)); }

// The rectangle of time and frequency that is seen, on a picture of width × height CSS pixels.
export class Window {
  constructor(grid) {
    this.grid = grid;
    this.width = this.height = 100;
    this.scale = 'log';
    this.fit();
  }

  // The whole range of units that the scale has. What is below the lowest has no place among octaves.
  range() {
    const lowest = this.scale === 'log' ? this.grid.lowest : 0;
    return [unitsOf(this.scale, lowest), unitsOf(this.scale, this.grid.highest)];
  }

  fit() {
    [this.from, this.to] = [0, this.grid.duration];
    [this.low, this.high] = this.range();
  }

  setScale(scale) {
    this.scale = scale;
    [this.low, this.high] = this.range();
  }

  x(seconds) { return (seconds - this.from) / (this.to - this.from) * this.width; }
  y(hertz) {
    return (this.high - unitsOf(this.scale, hertz)) / (this.high - this.low) * this.height;
  }
  seconds(x) { return this.from + x / this.width * (this.to - this.from); }
  hertz(y) { return hertzOf(this.scale, this.high - y / this.height * (this.high - this.low)); }
  secondsPerPixel() { return (this.to - this.from) / this.width; }
  unitsPerPixel() { return (this.high - this.low) / this.height; }

  // Makes the time that is seen `factor` times as long, about what is at x.
  zoom(factor, x) {
    const least = Math.min(this.grid.duration, 16 * this.grid.hop / this.grid.rate);
    const length = clamp((this.to - this.from) * factor, least, this.grid.duration);
    this.showFrom(this.seconds(x) - x / this.width * length, length);
  }

  showFrom(from, length = this.to - this.from) {
    this.from = clamp(from, 0, this.grid.duration - length);
    this.to = this.from + length;
  }

  zoomFrequency(factor, y) {
    const [lowest, highest] = this.range();
    const least = this.scale === 'log' ? 0.5 : 16 * this.grid.hertz;
    const length = clamp((this.high - this.low) * factor, Math.min(least, highest - lowest), highest - lowest);
    const at = this.high - y / this.height * (this.high - this.low);
    this.showLow(at - (1 - y / this.height) * length, length);
  }

  showLow(low, length = this.high - this.low) {
    const [lowest, highest] = this.range();
    this.low = clamp(low, lowest, highest - length);
    this.high = this.low + length;
  }
}

const minutes = [15, 30, 60, 120, 300, 600, 1200, 1800, 3600];

// Round numbers between `from` and `to`, at most some `count` of them.
function roundTicks(from, to, count, isTime = false) {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const steps = isTime && rough > 10 ? minutes : [1, 2, 5, 10].map((n) => n * power);
  const step = steps.find((s) => s >= rough * 0.999) || steps.at(-1);
  const ticks = [];
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to * (1 + 1e-12); ++n) ticks.push(n * step);
  return { ticks, step };
}

export function hertzText(hertz) {
  return hertz >= 1000 ? String(Math.round(hertz / 10) / 100) + ' k' : String(Math.round(hertz));
}

export function clock(seconds, digits = 1) {
  const unit = 10 ** digits;
  const rounded = Math.round(seconds * unit) / unit;
  const rest = (rounded % 60).toFixed(digits);
  return Math.floor(rounded / 60) + ':' + rest.padStart(digits ? 3 + digits : 2, '0');
}

export function timeTicks(window) {
  const { ticks, step } = roundTicks(window.from, window.to, Math.max(2, window.width / 90), true);
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const text = (t) => window.grid.duration >= 60 ? clock(t, digits) : t.toFixed(digits) + ' s';
  return ticks.map((t) => ({ at: t, text: text(t) }));
}

// Of octaves 1, 2 and 5 times powers of ten, or more of them where octaves are tall.
export function hertzTicks(window) {
  const low = hertzOf(window.scale, window.low), high = hertzOf(window.scale, window.high);
  if (window.scale === 'linear' || high / low < 4) {
    const { ticks } = roundTicks(low, high, Math.max(2, window.height / 40));
    return ticks.map((f) => ({ at: f, text: hertzText(f) }));
  }
  const isTall = window.height / (window.high - window.low) > 110;
  const ticks = [];
  for (let power = 1; power <= high; power *= 10)
    for (const n of isTall ? [1, 1.5, 2, 3, 4, 5, 7] : [1, 2, 5])
      if (n * power >= low && n * power <= high) ticks.push({ at: n * power, text: hertzText(n * power) });
  return ticks;
}

const names = ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'];

// The nearest note of equal temperament, A4 = 440 Hz.
export function noteName(hertz) {
  const note = Math.round(69 + 12 * Math.log2(hertz / 440));
  return note < 0 ? '' : names[note % 12] + (Math.floor(note / 12) - 1);
}
