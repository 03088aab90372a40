#pragma once

#include "nmfsep/material/random_mixtures.hpp"
#include "sources/mask_network/mask_features.hpp"
#include "sources/mask_network/mask_loss.hpp"

namespace nmfsep {

inline constexpr Index mask_piece_frames = 64;  ///< of a mixture that a step learns from

/// Makes the examples of every step; any step's can be made at any time, from any thread.
class MaskExamples {
 public:
  MaskExamples(const std::vector<SourceAudio>& sources, const StftOptions& stft,
               const MaskNetOptions& options);

  Index features() const { return features_.count(); }
  Index outputs() const { return sources_ * bins_; }

  /// Four pieces of 64 frames, mixed by the seed and the step, which may be below 0.
  MaskExample make(int step) const;

 private:
  void put(const MixedPiece& piece, Index first, MaskExample& example) const;

  Index sources_;
  Index bins_;
  int context_;
  MaskLoss loss_;
  std::uint64_t seed_;
  MaskFeatures features_;
  RandomMixtures mixtures_;
};

}  // namespace nmfsep
