#pragma once

#include "nmfsep/nmf/activation_finder.hpp"
#include "nmfsep/sources/dictionary/dictionary.hpp"

namespace nmfsep {

/// Sources as sums of dictionary atoms. All known: supervised. Some learnt:
/// semi-supervised (Smaragdis, Raj & Shashanka, 2007). None known: unsupervised; where each source
/// is one atom, they come by their energy, the most first.
class DictionaryDecomposer final : public Decomposer {
 public:
  /// `options.components` is not used: each source has its own. Throws InvalidArgument when there
  /// is no source at all, two share a name (both are named), dictionaries have different analyses
  /// (both are described), or the options are invalid.
  DictionaryDecomposer(const std::vector<Dictionary>& dictionaries,
                       const std::vector<LearntSource>& learnt, NmfOptions options);

  std::vector<std::string> source_names() const override;
  std::optional<Index> reach() const override {
    return learnt_ == 0 && (!options_.penalty || options_.penalty->reach() == 0)
               ? std::optional<Index>(0)
               : std::nullopt;
  }
  Index components() const override { return known_.cols() + learnt_; }
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override;

 private:
  /// A source's columns of W.
  struct Part {
    std::string name;
    Index components = 0;
  };

  void take(const std::vector<Dictionary>& dictionaries);
  void take(const std::vector<LearntSource>& learnt);
  ActivationFinder finder() const;
  bool is_unsupervised() const;
  std::vector<SourceEstimate> estimates(const Matrix& W, const Matrix& H) const;
  std::vector<SourceFactors> factors(const Matrix& W, const Matrix& H) const;

  std::vector<Part> parts_;        ///< in the order of W's columns
  std::vector<AtomBlock> blocks_;  ///< of priors, in that order, too
  Matrix known_;                   ///< the dictionaries side by side: W's first columns
  Index learnt_ = 0;               ///< how many columns follow
  NmfOptions options_;
  std::optional<ActivationFinder> finder_;  ///< where nothing is learnt
};

}  // namespace nmfsep
