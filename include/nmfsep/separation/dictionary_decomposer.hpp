#pragma once

#include "nmfsep/separation/decomposer.hpp"

namespace nmfsep {

/// A source that nobody has trained: its atoms are learnt from the mixture itself.
struct LearntSource {
  std::string name;
  Index components = 25;
};

/// Sources as sums of dictionary atoms, by KL-NMF. All known: supervised. Some learnt:
/// semi-supervised (Smaragdis, Raj & Shashanka, 2007). None known: unsupervised.
class DictionaryDecomposer final : public Decomposer {
 public:
  /// `options.components` is not used: each source has its own. Throws InvalidArgument when there
  /// is no source at all, two share a name (both are named), dictionaries have different analyses
  /// (both are described), or the options are invalid.
  DictionaryDecomposer(std::vector<Dictionary> dictionaries, std::vector<LearntSource> learnt,
                       NmfOptions options);

  std::vector<std::string> source_names() const override;
  bool frames_are_independent() const override { return learnt_.empty(); }
  Decomposition decompose(const MatrixView& mixture,
                          const ProgressCallback& progress) const override;

 private:
  std::vector<SourceEstimate> estimates(const Matrix& W, const Matrix& H) const;

  std::vector<Dictionary> dictionaries_;
  std::vector<LearntSource> learnt_;
  NmfOptions options_;
};

}  // namespace nmfsep
