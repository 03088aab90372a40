// Colours of spectrograms and of sources.

// viridis and magma (van der Walt, Smith and Firing, CC0), each sixteenth of their 256 colours.
const anchors = {
  magma: '000004 0a0822 1d1147 36106b 51127c 6a1c81 832681 9c2e7f b73779 d0416f e75263 f56b5c fc8961 fea772 fec488 fde2a3 fcfdbf',
  viridis: '440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73 5ec962 84d44b addc30 d8e219 fde725',
  grey: '000000 ffffff',
};

export function bytesOf(colour) {
  return [0, 2, 4].map((i) => parseInt(colour.replace('#', '').slice(i, i + 2), 16));
}

// How bright each of 256 levels is, 0 to 1, where 0 means `floor` dB and only `range` dB are shown.
export function brightness(floor, range) {
  return Float32Array.from({ length: 256 }, (_, value) => Math.max(0, 1 - (1 - value / 255) * -floor / range));
}

// Their colours as a canvas keeps them: red, green, blue and opaque, the lowest byte first.
export function colourTable(name, bright) {
  const stops = anchors[name].split(' ').map(bytesOf);
  return Uint32Array.from(bright, (level) => {
    const at = level * (stops.length - 1);
    const below = Math.min(stops.length - 2, Math.floor(at));
    const [red, green, blue] = stops[below].map((c, i) => Math.round(c + (at - below) * (stops[below + 1][i] - c)));
    return (255 << 24 | blue << 16 | green << 8 | red) >>> 0;
  });
}

const palette = ['#40c4ff', '#8be84a', '#ff74d4', '#ff9d2e', '#fff04a', '#b79dff', '#ff6a5c', '#ffffff'];

// The colour of the source of that number; after eight they begin again.
export function sourceColour(number) { return palette[number % palette.length]; }
