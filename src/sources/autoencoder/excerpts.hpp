#pragma once

#include <vector>

#include "nmfsep/nets/layer.hpp"

namespace nmfsep {

/// Stretches of so many frames of a source, each brought to a mean of one.
class Excerpts {
 public:
  /// `spectra` (bins × frames) must outlive them; `starts` are columns of it.
  Excerpts(const MatrixView& spectra, Index length, std::vector<Index> starts)
      : spectra_(spectra), length_(length), starts_(std::move(starts)) {}

  Index count() const { return static_cast<Index>(starts_.size()); }
  Index length() const { return length_; }

  /// Those of these numbers, side by side.
  Batch take(const std::vector<Index>& numbers) const;
  /// The first of them, at most so many.
  Batch first(Index count) const;

 private:
  MatrixView spectra_;
  Index length_;  ///< frames
  std::vector<Index> starts_;
};

/// What to train on, and some to judge by.
struct Split {
  Excerpts training, held_out;
};

/// Excerpts of `length` frames (1: all frames), without those 60 dB below the loudest where they
/// are longer than one. One in `held_out` stretches of 16 frames, or of the length where that is
/// more, is held out; 0: none, and what is trained on judges, too.
Split split(const MatrixView& spectra, Index length, int held_out);

}  // namespace nmfsep
