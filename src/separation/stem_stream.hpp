#pragma once

#include <optional>
#include <vector>

#include "nmfsep/audio/resample.hpp"
#include "nmfsep/stft/stft.hpp"

namespace nmfsep {

/// One stem on its way from spectra to samples at the mixture's rate, as they come.
class StemStream {
 public:
  /// Spectra are those of audio like `from`, samples come out at the rate of `to`. `stft` must
  /// outlive it.
  StemStream(const Stft& stft, const AudioInfo& from, const AudioInfo& to);

  /// Takes the next frames of every channel (bins × frames) and answers the samples that no later
  /// frame adds to. `length` is that of the signal, once it is known.
  Matrix push(const std::vector<ComplexMatrix>& spectra, std::optional<Index> length);

  /// The rest, so that there are `frames` samples in all. Call once, last.
  Matrix finish(Index frames);

 private:
  const Stft& stft_;
  Matrix tail_;    ///< what the frames so far add to samples that are not finished
  Index padding_;  ///< samples that come before the signal begins
  Index synthesised_ = 0;
  Index given_ = 0;
  Resampler resampler_;
};

}  // namespace nmfsep
