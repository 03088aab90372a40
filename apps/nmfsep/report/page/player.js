// Plays all tracks. One is heard unless it is muted or others are alone; of a stem and those that
// stand in for it (`of`) the one that it chose is heard.
class Player extends Transport {
  constructor(tracks, seconds) {
    super(seconds);
    this.tracks = tracks.map((track) => this.track({ ...track, muted: track.role === 'mixture' }));
    for (const track of this.tracks) track.chosen = track;
    this.apply();
  }

  #stemOf(track) { return track.of === undefined ? track : this.tracks[track.of]; }

  // Which track is heard in a stem's place: itself or one that stands in for it.
  choose(stem, track) {
    stem.chosen = track;
    this.apply();
  }

  heard(track) {
    const stem = this.#stemOf(track);
    return stem.chosen === track && super.heard(stem);
  }

  levelOf(track) { return this.heard(track) ? this.#stemOf(track).level : 0; }
}
