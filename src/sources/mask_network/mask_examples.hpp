#pragma once

#include "nmfsep/material/random_mixtures.hpp"
#include "nmfsep/sources/mask_network/mask_training.hpp"
#include "sources/mask_network/mask_features.hpp"

namespace nmfsep {

inline constexpr Index mask_piece_frames = 64;  ///< of a mixture that a step learns from

/// What a step learns from.
struct MaskExample {
  Matrix features;  ///< features × frames
  Matrix target;    ///< sources · bins × frames, 0 to 1
  Matrix weight;    ///< bins × frames, 1 on the mean
};

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
  std::uint64_t seed_;
  MaskFeatures features_;
  RandomMixtures mixtures_;
};

/// Turns the network's answer in place into the gradient of the loss, which it returns:
///
///     L = mean over bins, frames and sources of weight · ((mask − target)² − γ (mask − other)²)
///
/// where masks are the soft-max over sources of `z`, sources · bins × frames, and `other` is the
/// mean target of the other sources.
double mask_loss(const MaskExample& example, double discrimination, Eigen::Ref<Matrix> z);

}  // namespace nmfsep
