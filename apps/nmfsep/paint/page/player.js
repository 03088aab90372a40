// Plays the mixture and the stems; a stem that was separated anew takes its predecessor's place while
// it plays.
import { getBytes, layerPath } from './server.js';
import { Transport } from './transport.js';

export class Player extends Transport {
  constructor(names, seconds) {
    super(seconds);
    this.onerror = () => {};
    this.tracks = names.map((name, i) => this.track({ name, muted: i > 0, wanted: -1, loading: null }));
    this.apply();
  }

  // Fetches a track's sound of that version; of several asked for meanwhile the last.
  load(track, version) {
    track.wanted = version;
    track.loading ||= this.#fetch(track).finally(() => { track.loading = null; });
    return track.loading;
  }

  async #fetch(track) {
    for (let have = null; have !== track.wanted;) {
      have = track.wanted;
      try {
        const bytes = await getBytes(layerPath(track.name, 'audio'));
        this.#replace(track, await this.context.decodeAudioData(bytes.buffer));
      } catch (error) {
        this.onerror(error);
      }
    }
  }

  #replace(track, buffer) {
    track.buffer = buffer;
    if (!this.playing) return;
    const when = Math.max(this.startedAt, this.context.currentTime + 0.03);
    const old = track.source;
    if (old) {
      old.fade.gain.setTargetAtTime(0, when, 0.004);
      old.stop(when + 0.03);
    }
    this.start(track, when, this.position(when));
    track.source.fade.gain.setValueAtTime(0, when);
    track.source.fade.gain.setTargetAtTime(1, when, 0.004);
  }
}
