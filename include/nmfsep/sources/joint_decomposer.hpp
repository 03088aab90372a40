#pragma once

#include "nmfsep/sources/decomposer.hpp"

namespace nmfsep {

/// Sources of any kinds together, and sources to learn beside them, as parts of one job
/// (nmf/joint.hpp). Where nothing is learnt each channel is explained by itself. Of ensembles every
/// member takes part once, and estimates are averaged as PairedDecomposer does.
class JointDecomposer final : public Decomposer {
 public:
  /// Throws InvalidArgument when there is no source, two share a name, models differ in analysis
  /// (both are named), or the options are invalid.
  JointDecomposer(std::vector<SourceModel> models, std::vector<LearntSource> learnt,
                  NmfOptions options);

  std::vector<std::string> source_names() const override;
  std::optional<Index> reach() const override { return std::nullopt; }
  Index components() const override;
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override;

 private:
  Decomposition explain(const MatrixView& mixture, Index channels, int member,
                        const ProgressCallback& progress) const;

  std::vector<SourceModel> models_;
  std::vector<LearntSource> learnt_;
  NmfOptions options_;
};

}  // namespace nmfsep
