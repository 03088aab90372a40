// Rasters as pictures: 8-bit grey PNG, written here so that each pixel is exactly its byte, however
// long the sound and whatever a canvas would make of it.
const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; ++bit) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = table[(value ^ byte) & 255] ^ (value >>> 8);
  return ~value >>> 0;
}

function chunk(name, data) {
  const made = new Uint8Array(12 + data.length);
  const view = new DataView(made.buffer);
  view.setUint32(0, data.length);
  made.set(Array.from(name, (c) => c.charCodeAt(0)), 4);
  made.set(data, 8);
  view.setUint32(8 + data.length, crc(made.subarray(4, 8 + data.length)));
  return made;
}

async function deflate(bytes) {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

// A raster of bins × frames, frame by frame, as a picture with the highest bin on top.
export async function pngOf(raster, bins, frames) {
  const rows = new Uint8Array(bins * (frames + 1)); // each begins with its filter: none
  for (let frame = 0; frame < frames; ++frame)
    for (let bin = 0, at = (bins - 1) * (frames + 1) + 1 + frame; bin < bins; ++bin, at -= frames + 1)
      rows[at] = raster[frame * bins + bin];
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, frames);
  new DataView(header.buffer).setUint32(4, bins);
  header[8] = 8; // bits; colour type 0 is grey
  const parts = [Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), chunk('IHDR', header),
    chunk('IDAT', await deflate(rows)), chunk('IEND', new Uint8Array(0))];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

export function base64(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
}
