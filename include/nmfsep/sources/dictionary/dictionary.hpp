#pragma once

#include "nmfsep/sources/registry.hpp"

namespace nmfsep {

/// A source's spectra.
struct Dictionary final : Model {
  Matrix W;  ///< bins × components (atoms), non-negative, columns sum to one

  std::string kind() const override;
  std::string describe_kind() const override { return "dictionary"; }
  Index components() const override { return W.cols(); }
  Metadata details() const override;
  std::vector<Tensor> tensors() const override { return {tensor_of("W", W)}; }
  void validate() const override;
  std::unique_ptr<Part> part(int member, const NmfOptions& options) const override;
};

extern const SourceKind dictionary_kind;

}  // namespace nmfsep
