#pragma once

#include "nmfsep/sources/registry.hpp"

namespace nmfsep {

/// A speaker of a universal model, and how many atoms are this speaker's.
struct Speaker {
  std::string name;
  Index components = 0;
};

/// A source's spectra.
struct Dictionary final : Model {
  Matrix W;  ///< bins × components (atoms), non-negative, columns sum to one
  std::vector<Speaker> speakers = {};  ///< in the order of their atoms; none: it is of one kind

  std::string kind() const override;
  std::string describe_kind() const override {
    return speakers.empty() ? "dictionary" : "universal dictionary";
  }
  Index components() const override { return W.cols(); }
  std::vector<Index> blocks() const override;
  std::vector<std::pair<std::string, std::string>> facts() const override;
  Metadata details() const override;
  std::vector<Tensor> tensors() const override { return {tensor_of("W", W)}; }
  void validate() const override;
  std::unique_ptr<Part> part(int member, const NmfOptions& options) const override;
};

extern const SourceKind dictionary_kind;

}  // namespace nmfsep
