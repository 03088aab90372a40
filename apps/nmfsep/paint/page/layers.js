// The spectrograms of the mixture and the stems, fetched as they are seen: a byte a bin and frame.
import { getBytes, layerPath } from './server.js';

const chunkFrames = 512;

// What is shown where all stems are, each in its colour: no source has such a name.
export const overlay = 'overlay/';

class Layer {
  constructor(name, grid) {
    this.name = name;
    this.grid = grid;
    this.bytes = null; // all frames, zero where none has come yet
    this.version = 0; // what a chunk must have to be fresh
    this.chunks = new Int32Array(Math.ceil(grid.frames / chunkFrames)).fill(-1);
    this.asked = new Int32Array(this.chunks.length).fill(-1);
  }

  async #fetch(chunk) {
    const version = this.asked[chunk] = this.version;
    const from = chunk * chunkFrames, to = Math.min(this.grid.frames, from + chunkFrames);
    try {
      const some = await getBytes(layerPath(this.name, 'spectrogram') + `?from=${from}&to=${to}`);
      if (this.chunks[chunk] > version) return; // a newer one overtook it
      this.bytes ||= new Uint8Array(this.grid.bins * this.grid.frames);
      this.bytes.set(some.subarray(0, (to - from) * this.grid.bins), from * this.grid.bins);
      this.chunks[chunk] = version;
    } catch (error) {
      this.asked[chunk] = -1;
      throw error;
    }
  }

  // Whether anything new came.
  async load(from, to) {
    const wanted = [];
    for (let chunk = Math.floor(from / chunkFrames); chunk * chunkFrames < to; ++chunk)
      if (this.asked[chunk] !== this.version) wanted.push(this.#fetch(chunk));
    await Promise.all(wanted);
    return wanted.length > 0;
  }
}

export class Layers {
  constructor(grid, sources) {
    this.mixture = new Layer('mixture', grid);
    this.stems = sources.map(({ name }) => new Layer(name, grid));
    this.separated = false; // until then stems have nothing to show
    this.shown = 'mixture'; // a name, or overlay
    this.onload = () => {};
    this.onerror = () => {};
  }

  newVersion(version) {
    this.separated = true;
    for (const stem of this.stems) stem.version = version;
  }

  visible() {
    if (this.shown === overlay) return this.separated ? this.stems : [];
    const stem = this.stems.find(({ name }) => name === this.shown);
    if (this.shown === 'mixture' || !stem) return [this.mixture];
    return this.separated ? [stem] : [];
  }

  // Fetches what is seen of frames from to `to` and is not here.
  async load(from, to) {
    try {
      const came = await Promise.all(this.visible().map((layer) => layer.load(from, to)));
      if (came.includes(true)) this.onload();
    } catch (error) {
      this.onerror(error);
    }
  }
}
