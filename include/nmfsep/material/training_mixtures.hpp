#pragma once

#include <vector>

#include "nmfsep/core/random.hpp"
#include "nmfsep/material/source_audio.hpp"
#include "nmfsep/stft/stft.hpp"

namespace nmfsep {

/// Mixtures whose parts are known.
struct TrainingMixtures {
  Matrix mixture;               ///< magnitudes: bins × (frames · pieces), piece after piece
  std::vector<Matrix> sources;  ///< the same of each source by itself
  Index pieces = 0;
};

/// How much of them, and how they become matrices.
struct MixingOptions {
  double seconds = 20;
  StftOptions stft;
  double magnitude_exponent = 1;  ///< V = |X|^exponent
};

/// About so many seconds of mixtures in pieces of three seconds. In each piece each source plays
/// from a random place of its recordings, which go round, at a level of up to 6 dB above or below
/// the others'; recordings are brought to one mean power first.
TrainingMixtures make_mixtures(const std::vector<SourceAudio>& sources,
                               const MixingOptions& options, Random& random);

}  // namespace nmfsep
