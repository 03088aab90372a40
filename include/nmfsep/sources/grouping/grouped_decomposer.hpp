#pragma once

#include "nmfsep/sources/decomposer.hpp"
#include "nmfsep/sources/grouping/grouping.hpp"

namespace nmfsep {

/// Sources as groups of components that are learnt from the mixture itself, without any model. The
/// whole mixture is needed: which components are alike shows at its end.
class GroupedDecomposer final : public Decomposer {
 public:
  /// `options.components` says how many are learnt; `analysis` is the mixture's. Throws
  /// InvalidArgument for bad options, or two groups of one name.
  GroupedDecomposer(GroupingOptions grouping, Analysis analysis, NmfOptions options);

  /// Those of the examples, then "group-1" and so on, which come by their energy, the most first.
  std::vector<std::string> source_names() const override;
  std::optional<Index> reach() const override { return std::nullopt; }
  Index components() const override { return options_.components; }
  /// Each source's factors are its components, by their energy.
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override;

 private:
  GroupingOptions grouping_;
  Analysis analysis_;
  NmfOptions options_;
};

}  // namespace nmfsep
