#pragma once

#include "nmfsep/guidance/guide.hpp"
#include "nmfsep/guidance/score/music_score.hpp"
#include "nmfsep/sources/decomposer.hpp"

namespace nmfsep {

/// What a user knows of the mixture.
struct Guidance {
  std::shared_ptr<const Guide> guide;  ///< what is marked; null where nothing is
  Analysis analysis = {};              ///< of the mixture, which no model need say then
  double start_seconds = 0;            ///< of the recording that was marked, where it begins
  std::shared_ptr<const MusicScore> score = {};  ///< what its sources play, which are learnt after
                                                 ///< all others; or null

  bool is_given() const { return guide || score; }
};

/// Sources of any kinds together, and sources to learn beside them, as parts of one job
/// (nmf/joint.hpp). Where nothing is learnt each channel is explained by itself. Of ensembles every
/// member takes part once, and estimates are averaged as PairedDecomposer does. With marks a
/// source's estimate is what it says under its weights (nmf/guided.hpp); those of a score start
/// from what it allows.
class JointDecomposer final : public Decomposer {
 public:
  /// Throws InvalidArgument when there is no source, or no model and no guidance, two share a name,
  /// models differ in analysis (both are named), the options are invalid, or a mark is of no
  /// source.
  JointDecomposer(std::vector<SourceModel> models, std::vector<LearntSource> learnt,
                  NmfOptions options, Guidance guidance = {});

  std::vector<std::string> source_names() const override;
  std::optional<Index> reach() const override { return std::nullopt; }
  Index components() const override;
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override;

  /// The same of any frames, under these weights of each source (bins × frames of a channel)
  /// instead of what the guide says; none are weights of 1. With the `factors` that were found of
  /// the same block it goes on from there, unless channels or members are explained apart.
  Decomposition decompose_under(const std::vector<Matrix>& weights, const MixtureBlock& block,
                                const ProgressCallback& progress,
                                std::span<const SourceFactors> factors = {}) const;

 private:
  /// Some channels of the mixture, under weights of each source (bins × frames) or none.
  struct Given {
    MatrixView mixture;
    Index channels;
    const std::vector<Matrix>& weights;
    std::span<const SourceFactors> factors;  ///< to go on from, one a source or none
  };
  Decomposition explain(const Given& given, int member, const ProgressCallback& progress) const;
  Analysis analysis() const;
  std::vector<std::unique_ptr<Part>> parts(int member, Index frames) const;

  std::vector<SourceModel> models_;
  std::vector<LearntSource> learnt_;
  NmfOptions options_;
  Guidance guidance_;
};

}  // namespace nmfsep
