// Plays tracks by one clock: all start at the same moment of the same audio context, so that they
// cannot drift apart. The pages of report and paint say what their tracks are and which are heard.
export class Transport {
  constructor(seconds) {
    this.context = new AudioContext();
    this.seconds = seconds;
    this.loop = null; // [from, to] in seconds
    this.offset = 0; // where it plays from, or stands
    this.startedAt = null; // the context's time; null while it stands
    this.tracks = [];
    this.onchange = () => {};
    this.master = this.context.createGain();
    this.master.connect(this.context.destination);
  }

  // A track of these facts, with a gain and a meter of its own; its sound is `buffer`, once there.
  track(facts) {
    const gain = this.context.createGain();
    const meter = this.context.createAnalyser();
    meter.fftSize = 2048;
    gain.connect(meter);
    gain.connect(this.master);
    return { buffer: null, muted: false, ...facts, gain, meter, source: null, solo: false, level: 1 };
  }

  heard(track) { return this.tracks.some(({ solo }) => solo) ? track.solo : !track.muted; }

  levelOf(track) { return this.heard(track) ? track.level : 0; }

  apply() {
    for (const track of this.tracks)
      track.gain.gain.setTargetAtTime(this.levelOf(track), this.context.currentTime, 0.005);
    this.onchange();
  }

  get playing() { return this.startedAt !== null; }

  // Seconds from the beginning, now or at another time of the context.
  position(at = this.context.currentTime) {
    if (!this.playing) return this.offset;
    const place = this.offset + Math.max(0, at - this.startedAt);
    if (!this.loop || place < this.loop[1]) return Math.min(place, this.seconds);
    const [from, to] = this.loop;
    return from + (place - from) % (to - from);
  }

  // Starts one track's sound, if it is there, at a time of the context, from these seconds on.
  start(track, when, offset) {
    if (!track.buffer) return;
    const source = this.context.createBufferSource();
    source.buffer = track.buffer;
    source.fade = this.context.createGain();
    if (this.loop) [source.loop, source.loopStart, source.loopEnd] = [true, ...this.loop];
    source.connect(source.fade).connect(track.gain);
    source.start(when, offset);
    track.source = source;
  }

  async play() {
    if (this.playing) return;
    await this.context.resume();
    if (this.playing) return;
    if (this.offset >= this.seconds - 0.01) this.offset = 0;
    if (this.loop && (this.offset >= this.loop[1] || this.offset < this.loop[0])) this.offset = this.loop[0];
    const when = this.context.currentTime + 0.03;
    for (const track of this.tracks) this.start(track, when, this.offset);
    this.startedAt = when;
    this.onchange();
  }

  pause() {
    if (!this.playing) return;
    this.offset = this.position();
    this.startedAt = null;
    for (const track of this.tracks) {
      if (track.source) track.source.stop();
      track.source = null;
    }
    this.onchange();
  }

  toggle() { return this.playing ? this.pause() : this.play(); }

  #while(change) {
    const playing = this.playing;
    this.pause();
    change();
    this.onchange();
    return playing ? this.play() : Promise.resolve();
  }

  seek(seconds) {
    return this.#while(() => { this.offset = Math.min(Math.max(0, seconds), this.seconds); });
  }

  // `range` in seconds, or null for none.
  setLoop(range) { return this.#while(() => { this.loop = range; }); }

  // The level of what a track sends just now, 0 to 1.
  level(track) {
    const samples = new Float32Array(track.meter.fftSize);
    track.meter.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
  }
}
