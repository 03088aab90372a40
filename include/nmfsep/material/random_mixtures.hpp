#pragma once

#include <vector>

#include "nmfsep/core/random.hpp"
#include "nmfsep/material/source_audio.hpp"
#include "nmfsep/stft/stft.hpp"

namespace nmfsep {

/// How mixtures are made of recordings.
struct RandomMixing {
  StftOptions stft;
  Index frames = 72;         ///< of a piece
  double level_range = 4;    ///< dB to either side of equal power
  double speed_range = 0.2;  ///< octaves to either side: pitch and tempo go together
  double silence = 0.05;     ///< chance of a source to be silent in a piece
};

/// A mixture whose parts are known: spectra, bins × frames, without padding at the ends.
struct MixedPiece {
  ComplexMatrix mixture;
  std::vector<ComplexMatrix> sources;
};

/// Mixtures without end, never the same twice. In each piece each source plays from a random place
/// of its recordings, which go round, at a random speed and level (Huang et al., 2015, IEEE/ACM
/// TASLP 23, shift sources against each other for the same reason). Const means safe to use from
/// many threads.
class RandomMixtures {
 public:
  RandomMixtures(const std::vector<SourceAudio>& sources, const RandomMixing& mixing);

  MixedPiece draw(Random& random) const;

 private:
  Vector draw_source(const Vector& track, Random& random) const;

  RandomMixing mixing_;
  Stft stft_;
  std::vector<Vector> tracks_;  ///< of mean power one
};

}  // namespace nmfsep
