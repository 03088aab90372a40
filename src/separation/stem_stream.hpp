#pragma once

#include <optional>

#include "nmfsep/audio/resample.hpp"
#include "nmfsep/stft/stft.hpp"

namespace nmfsep {

/// Samples of a stem, and the memory they lie in, to be used again.
struct StemPiece {
  Matrix signal;    ///< frames × channels
  Index first = 0;  ///< of the samples
  Index count = 0;

  MatrixView samples() const { return signal.middleRows(first, count); }
};

/// One stem on its way from spectra to samples at the mixture's rate, as they come.
class StemStream {
 public:
  /// Spectra are those of audio like `from`, samples come out at the rate of `to`. `stft` must
  /// outlive it.
  StemStream(const Stft& stft, const AudioInfo& from, const AudioInfo& to);

  /// Takes the next frames (bins × (frames · channels), channel after channel) and makes `piece`
  /// the samples that no later frame adds to. `length` is that of the signal, once it is known.
  void push(const ComplexMatrix& spectra, std::optional<Index> length, StemPiece& piece);

  /// The rest, so that there are `frames` samples in all. Call once, last.
  void finish(Index frames, StemPiece& piece);

 private:
  const Stft& stft_;
  Matrix tail_;    ///< what the frames so far add to samples that are not finished
  Index padding_;  ///< samples that come before the signal begins
  Index synthesised_ = 0;
  Index given_ = 0;
  bool same_rate_;
  Resampler resampler_;
};

}  // namespace nmfsep
