#pragma once

#include "nmfsep/sources/registry.hpp"

namespace nmfsep {

/// A source's spectra as they follow one another: V ≈ Σ_τ W_τ·H shifted by τ (Smaragdis, 2004,
/// Proc. ICA). An atom lasts several frames and starts at any, so every frame depends on all before
/// and after it, and the mixture is explained as a whole.
struct ConvolutiveDictionary final : Model {
  int span = 1;  ///< frames an atom lasts
  Matrix W;      ///< span · bins × components, frame after frame; columns sum to one

  std::string kind() const override;
  std::string describe_kind() const override;
  Index components() const override { return W.cols(); }
  int context() const override { return span; }
  Metadata details() const override;
  std::vector<Tensor> tensors() const override { return {tensor_of("W", W)}; }
  void validate() const override;
  std::unique_ptr<Part> part(int member, const NmfOptions& options) const override;
};

extern const SourceKind convolutive_kind;

}  // namespace nmfsep
