#pragma once

#include "nmfsep/material/random_mixtures.hpp"
#include "sources/mask_network/mask_features.hpp"
#include "sources/mask_network/mask_loss.hpp"

namespace nmfsep {

inline constexpr Index mask_piece_frames = 64;  ///< of a mixture that a step learns from

/// What pieces are drawn from, and who has not heard it.
struct MaskFold {
  std::vector<SourceAudio> sources;
  DictionaryMasks dictionaries = {};  ///< none: networks hear the mixture alone
};

/// Makes the examples of every step; any step's can be made at any time, from any thread.
class MaskExamples {
 public:
  /// Of one fold at least; pieces come from each in turn.
  MaskExamples(const std::vector<MaskFold>& folds, const StftOptions& stft,
               const MaskNetOptions& options);

  Index features() const { return features_.count() + (is_heard() ? outputs() : 0); }
  Index outputs() const { return sources_ * bins_; }
  /// Whether networks hear dictionaries, too.
  bool is_heard() const { return folds_.front().dictionaries != nullptr; }

  /// Four pieces of 64 frames, mixed by the seed and the step, which may be below 0.
  MaskExample make(int step) const;

 private:
  struct Fold {
    RandomMixtures mixtures;
    DictionaryMasks dictionaries;
  };

  void put(const MixedPiece& piece, Index first, MaskExample& example) const;
  void put_heard(const Matrix& masks, Index first, MaskExample& example) const;

  Index sources_;
  Index bins_;
  int context_;
  MaskLoss loss_;
  std::uint64_t seed_;
  MaskFeatures features_;
  std::vector<Fold> folds_;
};

}  // namespace nmfsep
