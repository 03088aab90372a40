#pragma once

#include "nmfsep/separation/decomposer.hpp"

namespace nmfsep {

/// Sources as sums of atoms that last several frames and start at any frame: V ≈ Σ_s Σ_τ W_τ·H
/// shifted by τ (Smaragdis, 2004, Proc. ICA), by KL. Every frame depends on all before and after
/// it, though less with distance, so that the mixture is explained as a whole.
class ConvolutiveDecomposer final : public Decomposer {
 public:
  /// Throws InvalidArgument when there is no model, two share a name, they differ in analysis or
  /// context (both are named), or the options are invalid.
  ConvolutiveDecomposer(const std::vector<ConvolutiveDictionary>& models, NmfOptions options);

  std::vector<std::string> source_names() const override { return names_; }
  std::optional<Index> reach() const override { return std::nullopt; }
  Index components() const override { return atoms_.cols(); }
  Decomposition decompose(const MatrixView& mixture, Index channels,
                          const ProgressCallback& progress) const override;

 private:
  std::vector<std::string> names_;
  std::vector<Index> components_;  ///< a source each
  Index context_ = 1;
  Matrix atoms_;  ///< of all sources, side by side
  NmfOptions options_;
};

}  // namespace nmfsep
