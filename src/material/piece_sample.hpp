#pragma once

#include <cstdint>
#include <vector>

#include "nmfsep/audio/audio_source.hpp"
#include "nmfsep/core/progress.hpp"
#include "nmfsep/core/random.hpp"

namespace nmfsep {

/// Recordings of any length in bounded memory: whole as long as they fit, and else a uniform sample
/// of their pieces, drawn from the seed as they are read (reservoir sampling; Vitter, 1985,
/// algorithm R, with as many places as hold the first pieces that fit). Every piece holds equally
/// many samples, all channels counted, but for the last of each recording.
class PieceSample {
 public:
  /// Keeps at most `most_samples`, all channels counted.
  PieceSample(Index most_samples, std::uint64_t seed);

  /// Takes all of the next recording. Throws what the source throws; Cancelled when `progress`,
  /// told of `step`, says so.
  void add(AudioSource& recording, const ProgressCallback& progress, const Progress& step);

  /// What was kept, in the order in which it came; neighbours are one recording again. Call once,
  /// last.
  std::vector<AudioBuffer> take();

  /// Of all that was taken.
  double seconds() const { return seconds_; }

 private:
  struct Piece {
    Index recording;
    Index place;  ///< in the recording: 0, 1, …
    AudioBuffer audio;
  };

  void keep(Piece piece);

  Index most_samples_;
  Index piece_samples_;
  Random random_;
  std::vector<Piece> kept_;
  Index kept_samples_ = 0;
  std::uint64_t seen_ = 0;  ///< pieces
  Index recordings_ = 0;
  double seconds_ = 0;
};

}  // namespace nmfsep
