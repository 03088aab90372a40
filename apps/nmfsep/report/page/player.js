// Plays all tracks by one clock: each time it starts, every buffer starts at the same moment of the
// same audio context, so that tracks cannot drift apart. A track is heard unless it is muted or
// others are alone; of a stem and those that stand in for it (`of`) the one that it chose is heard.
class Player {
  constructor(tracks, seconds) {
    this.context = new AudioContext();
    this.seconds = seconds;
    this.loop = null; // [from, to] in seconds
    this.offset = 0; // where it plays from, or stands
    this.startedAt = null; // the context's time; null while it stands
    this.onchange = () => {};
    this.master = this.context.createGain();
    this.master.connect(this.context.destination);
    this.tracks = tracks.map((track) => this.#channel(track));
    for (const track of this.tracks) track.chosen = track;
    this.apply();
  }

  #channel(track) {
    const gain = this.context.createGain();
    const meter = this.context.createAnalyser();
    meter.fftSize = 2048;
    gain.connect(meter);
    gain.connect(this.master);
    return { ...track, gain, meter, source: null, solo: false, level: 1,
      muted: track.role === 'mixture' };
  }

  get playing() { return this.startedAt !== null; }

  // Seconds from the beginning of the excerpt.
  position() {
    if (!this.playing) return this.offset;
    const at = this.offset + Math.max(0, this.context.currentTime - this.startedAt);
    if (!this.loop || at < this.loop[1]) return Math.min(at, this.seconds);
    const [from, to] = this.loop;
    return from + (at - from) % (to - from);
  }

  #stemOf(track) { return track.of === undefined ? track : this.tracks[track.of]; }

  // Which track is heard in a stem's place: itself or one that stands in for it.
  choose(stem, track) {
    stem.chosen = track;
    this.apply();
  }

  heard(track) {
    const stem = this.#stemOf(track);
    if (stem.chosen !== track) return false;
    const alone = this.tracks.some((other) => other.solo);
    return alone ? stem.solo : !stem.muted;
  }

  apply() {
    for (const track of this.tracks) {
      const value = this.heard(track) ? this.#stemOf(track).level : 0;
      track.gain.gain.setTargetAtTime(value, this.context.currentTime, 0.005);
    }
    this.onchange();
  }

  async play() {
    if (this.playing) return;
    await this.context.resume();
    if (this.offset >= this.seconds) this.offset = 0;
    if (this.loop && this.offset >= this.loop[1]) this.offset = this.loop[0];
    const when = this.context.currentTime + 0.03;
    for (const track of this.tracks) {
      const source = this.context.createBufferSource();
      source.buffer = track.buffer;
      if (this.loop) [source.loop, source.loopStart, source.loopEnd] = [true, ...this.loop];
      source.connect(track.gain);
      source.start(when, this.offset);
      track.source = source;
    }
    this.startedAt = when;
    this.onchange();
  }

  pause() {
    if (!this.playing) return;
    this.offset = this.position();
    this.startedAt = null;
    for (const track of this.tracks) {
      track.source.stop();
      track.source.disconnect();
      track.source = null;
    }
    this.onchange();
  }

  toggle() { return this.playing ? this.pause() : this.play(); }

  seek(seconds) {
    const playing = this.playing;
    this.pause();
    this.offset = Math.min(Math.max(0, seconds), this.seconds);
    this.onchange();
    return playing ? this.play() : Promise.resolve();
  }

  // `range` in seconds, or null for none.
  setLoop(range) {
    const playing = this.playing;
    this.pause();
    this.loop = range;
    this.onchange();
    return playing ? this.play() : Promise.resolve();
  }

  // The level of what a track sends just now, 0 to 1.
  level(track) {
    const samples = new Float32Array(track.meter.fftSize);
    track.meter.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
  }
}
