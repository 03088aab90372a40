#pragma once

#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// What a mask network sees of a frame: log(V/m + 0.01), where m is the mean of the frame and its
/// neighbours, so that loudness does not matter. The frame itself comes in all bins, each of its
/// neighbours in means of bands, which are a bin wide below bin 64 and twice as wide in every
/// octave above.
class MaskFeatures {
 public:
  /// `context` frames, odd.
  MaskFeatures(Index bins, Index context);

  /// Features of a frame.
  Index count() const { return bins_ + (context_ - 1) * bands(); }

  /// Those of the frames whose windows of `context` columns begin at `first` of `padded` (bins ×
  /// columns, at least columns() + context − 1 from there on): fills features × frames.
  void fill(const MatrixView& padded, Index first, Eigen::Ref<Matrix> features) const;

 private:
  Index bands() const { return static_cast<Index>(edges_.size()) - 1; }

  Index bins_;
  Index context_;
  std::vector<Index> edges_;  ///< first bins of the bands, and the end
};

}  // namespace nmfsep
