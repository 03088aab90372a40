#include "nmfsep/sources/joint_decomposer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/atoms_part.hpp"
#include "nmfsep/nmf/guided.hpp"
#include "nmfsep/nmf/priors/combined.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "sources/ensemble.hpp"

namespace nmfsep {
namespace {

/// The frames of the next channel.
void append(const std::vector<SourceFactors>& channel, std::vector<SourceFactors>& all) {
  if (all.empty()) {
    all = channel;
    return;
  }
  for (std::size_t s = 0; s < all.size(); ++s) {
    Matrix& H = all[s].H;
    const Index before = H.cols();
    H.conservativeResize(Eigen::NoChange, before + channel[s].H.cols());
    H.rightCols(channel[s].H.cols()) = channel[s].H;
  }
}

}  // namespace

JointDecomposer::JointDecomposer(std::vector<SourceModel> models, std::vector<LearntSource> learnt,
                                 NmfOptions options, Guidance guidance)
    : models_(std::move(models)),
      learnt_(std::move(learnt)),
      options_(std::move(options)),
      guidance_(std::move(guidance)) {
  if (guidance_.score)
    for (const std::string& name : guidance_.score->names())
      learnt_.push_back({name, guidance_.score->components(name)});
  if (models_.empty() && (learnt_.empty() || !guidance_.is_given()))
    throw InvalidArgument("there is no source: give models");
  for (const SourceModel& model : models_) require_equal_sight(*models_.front(), *model);
  for (const LearntSource& source : learnt_) validate(source);
  refuse_equal_names(source_names());
  options_.validate();
  if (options_.penalty && options_.penalty->is_between_sources())
    throw InvalidArgument(fmt::format(
        "prior {}: needs the atoms of all sources beside each other, as plain dictionaries and "
        "learnt sources have them that neither guidance nor a score shapes",
        options_.penalty->describe()));
  if (!guidance_.guide) return;
  guidance_.guide->require_sources(source_names());
  if (options_.divergence.beta != 1)
    throw InvalidArgument("guidance goes with the Kullback-Leibler divergence alone");
}

Analysis JointDecomposer::analysis() const {
  return models_.empty() ? guidance_.analysis : models_.front()->analysis;
}

std::vector<std::string> JointDecomposer::source_names() const {
  std::vector<std::string> names;
  for (const SourceModel& model : models_) names.push_back(model->name);
  for (const LearntSource& source : learnt_) names.push_back(source.name);
  return names;
}

Index JointDecomposer::components() const {
  Index count = 0;
  for (const SourceModel& model : models_) count += model->components();
  for (const LearntSource& source : learnt_) count += source.components;
  return count;
}

Decomposition JointDecomposer::decompose(const MixtureBlock& block,
                                         const ProgressCallback& progress) const {
  require_fit(bins_of(analysis()), block.V, block.channels);
  const GuideGrid grid{analysis(), block.V.cols() / block.channels, guidance_.start_seconds};
  std::vector<Matrix> weights;
  if (guidance_.guide) weights = guidance_.guide->weights(source_names(), grid);
  if (guidance_.score) guidance_.score->require_notes(grid);
  return decompose_under(weights, block, progress);
}

Decomposition JointDecomposer::decompose_under(const std::vector<Matrix>& weights,
                                               const MixtureBlock& block,
                                               const ProgressCallback& progress,
                                               std::span<const SourceFactors> factors) const {
  const MatrixView& mixture = block.V;
  const Index channels = block.channels;
  require_fit(bins_of(analysis()), mixture, channels);
  int members = 1;
  for (const SourceModel& model : models_) members = std::max(members, model->members());
  const Index apart = learnt_.empty() ? channels : 1;
  const Index frames = mixture.cols() / apart;
  if (members > 1 || apart > 1) factors = {};
  return average(mixture, members, [&](int member) {
    Decomposition whole;
    for (const std::string& name : source_names())
      whole.sources.push_back({name, Matrix(mixture.rows(), mixture.cols())});
    for (Index channel = 0; channel < apart; ++channel) {
      const Decomposition found = explain(
          {mixture.middleCols(channel * frames, frames), channels / apart, weights, factors},
          member, progress);
      add(whole.report, found.report);
      append(found.factors, whole.factors);
      for (std::size_t s = 0; s < found.sources.size(); ++s)
        whole.sources[s].magnitudes.middleCols(channel * frames, frames) =
            found.sources[s].magnitudes;
    }
    return whole;
  });
}

/// Each under what is believed of its own source.
std::vector<std::unique_ptr<Part>> JointDecomposer::parts(int member, Index frames) const {
  std::vector<std::unique_ptr<Part>> parts;
  for (const SourceModel& model : models_) {
    NmfOptions own = options_;
    own.penalty = on_atoms(options_.penalty, blocks_of(*model));
    parts.push_back(model->part(member % model->members(), own));
  }
  for (const LearntSource& source : learnt_) {
    const auto penalty = on_atoms(options_.penalty, {{source.name, source.components}});
    if (guidance_.score && guidance_.score->has(source.name)) {
      ScoreStart start =
          guidance_.score->start(source.name, {analysis(), frames, guidance_.start_seconds});
      parts.push_back(
          std::make_unique<AtomsPart>(AtomsStart{std::move(start.W), std::move(start.H)}, penalty));
    } else {
      parts.push_back(std::make_unique<AtomsPart>(source.components, AtomSpan{1, 0}, penalty));
    }
  }
  return parts;
}

Decomposition JointDecomposer::explain(const Given& given, int member,
                                       const ProgressCallback& progress) const {
  // Where nothing explains a bin all share it, but those that never sound there.
  constexpr float least = 1e-20F;
  const std::vector<std::unique_ptr<Part>> parts =
      this->parts(member, given.mixture.cols() / given.channels);
  for (std::size_t s = 0; s < given.factors.size(); ++s)
    parts[s]->go_on_from({given.factors[s].W, given.factors[s].H});
  Decomposition result;
  std::vector<Matrix> weights;  // of all channels
  for (const Matrix& one : given.weights) weights.emplace_back(one.replicate(1, given.channels));
  result.report =
      explain_guided(given.mixture, given.channels, {parts, weights}, options_, progress);
  const std::vector<std::string> names = source_names();
  for (std::size_t s = 0; s < parts.size(); ++s) {
    result.sources.push_back({names[s], parts[s]->estimate()});
    if (!weights.empty()) {
      auto magnitudes = result.sources.back().magnitudes.array();
      magnitudes = (magnitudes + least) * weights[s].array();
    }
    result.factors.push_back(
        {parts[s]->learns() ? parts[s]->atoms() : Matrix(), parts[s]->activations()});
  }
  return result;
}

}  // namespace nmfsep
