#include "network_decomposer.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "code_search.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/nets/loss.hpp"
#include "nmfsep/sources/agreement.hpp"

namespace nmfsep {
namespace {

constexpr Index tile_frames = 256;  ///< explained together, for products of a good size
constexpr int check_interval = 10;  ///< steps between two looks at the cost, as in every engine

/// The squared error where all models were trained by it, else KL with the largest floor.
Loss loss_for(const std::vector<const Autoencoder*>& models) {
  Loss loss{LossKind::squared, 0};
  for (const Autoencoder* model : models) {
    if (model->loss == LossKind::kl) loss.kind = LossKind::kl;
    loss.floor = std::max(loss.floor, model->floor);
  }
  return loss;
}

/// Some frames of a mixture on their way.
class Tile {
 public:
  Tile(const std::vector<const Autoencoder*>& models, const MatrixView& V,
       const NmfOptions& options)
      : options_(options),
        loss_(loss_for(models)),
        levels_(V.cast<double>().colwise().mean().cast<float>()),
        V_(V),
        places_(static_cast<std::size_t>(V.cols())) {
    for (Index t = 0; t < V_.cols(); ++t)
      if (levels_(t) > 0) V_.col(t) /= levels_(t);
    std::iota(places_.begin(), places_.end(), Index{0});
    const float share = 1 / static_cast<float>(models.size());
    for (const Autoencoder* model : models) {
      searches_.emplace_back(*model, V_, 1, share);
      estimates_.emplace_back(V.rows(), V.cols());
    }
    costs_ = Eigen::VectorXd::Zero(V_.cols());
  }

  /// Steps until every frame has its stop. `advance(steps)` is called for every step.
  template <typename Advance>
  NmfReport run(const Advance& advance) {
    NmfReport report;
    for (int iteration = 0;; ++iteration) {
      R_ = searches_.front().model();
      for (std::size_t s = 1; s < searches_.size(); ++s) R_ += searches_[s].model();
      report.iterations = iteration;
      const bool is_last = iteration == options_.iterations;
      if (is_last || iteration % check_interval == 0) look(iteration, is_last, report);
      if (places_.empty()) return report;
      const Matrix gradient = loss_.gradient(V_, R_, 1);
      for (CodeSearch& search : searches_) search.step(gradient);
      advance();
    }
  }

  const std::vector<Matrix>& estimates() const { return estimates_; }

 private:
  /// Finds the cost, and lets go of the frames that have settled.
  void look(int iteration, bool is_last, NmfReport& report) {
    Eigen::VectorXd costs(V_.cols());
    tbb::parallel_for(Index{0}, V_.cols(),
                      [&](Index t) { costs(t) = loss_.value(V_.col(t), R_.col(t)); });
    std::vector<Index> kept;
    for (Index t = 0; t < V_.cols(); ++t) {
      const Index place = places_[static_cast<std::size_t>(t)];
      const double before = costs_(place);
      costs_(place) = costs(t);
      const bool settled = iteration > 0 && options_.tolerance > 0 &&
                           before - costs(t) <= options_.tolerance * before;
      if (is_last || settled || levels_(place) == 0)
        for (std::size_t s = 0; s < searches_.size(); ++s)
          estimates_[s].col(place) = levels_(place) * searches_[s].model().col(t);
      else
        kept.push_back(t);
    }
    report.cost.push_back({iteration, costs_.dot(levels_.cast<double>().transpose())});
    report.termination = is_last ? Termination::iterations : Termination::tolerance;
    if (static_cast<Index>(kept.size()) < V_.cols()) keep(kept);
  }

  void keep(const std::vector<Index>& kept) {
    V_ = Matrix(V_(Eigen::all, kept));
    R_ = Matrix(R_(Eigen::all, kept));
    std::vector<Index> places;
    for (const Index t : kept) places.push_back(places_[static_cast<std::size_t>(t)]);
    places_ = places;
    if (!kept.empty())
      for (CodeSearch& search : searches_) search.keep(kept);
  }

  const NmfOptions& options_;
  const Loss loss_;
  Eigen::RowVectorXf levels_;  ///< of all frames
  Matrix V_, R_;               ///< of the frames that go on
  std::vector<Index> places_;  ///< theirs in the tile
  Eigen::VectorXd costs_;      ///< of all frames, at the last look
  std::vector<CodeSearch> searches_;
  std::vector<Matrix> estimates_;
};

}  // namespace

NetworkDecomposer::NetworkDecomposer(std::vector<SourceModel> models, NmfOptions options)
    : models_(std::move(models)), options_(std::move(options)) {
  if (models_.empty()) throw InvalidArgument("there is no source: give models");
  for (const SourceModel& model : models_) require_equal_sight(*models_.front(), *model);
  refuse_equal_names(source_names());
  options_.validate();
}

std::vector<std::string> NetworkDecomposer::source_names() const {
  std::vector<std::string> names;
  for (const SourceModel& model : models_) names.push_back(model->name);
  return names;
}

Index NetworkDecomposer::components() const {
  Index count = 0;
  for (const SourceModel& model : models_) count += model->components();
  return count;
}

Decomposition NetworkDecomposer::decompose(const MixtureBlock& block,
                                           const ProgressCallback& progress) const {
  const MatrixView& mixture = block.V;
  require_fit(bins_of(models_.front()->analysis), mixture, block.channels);
  std::vector<const Autoencoder*> models;
  Decomposition result;
  for (const SourceModel& model : models_) {
    models.push_back(model.as<Autoencoder>());
    result.sources.push_back({model->name, Matrix(mixture.rows(), mixture.cols())});
  }
  const Index tiles = (mixture.cols() + tile_frames - 1) / tile_frames;
  Progress state{"factorise", 0, tiles * options_.iterations, {}};
  report(progress, state);
  for (Index tile = 0; tile < tiles; ++tile) {
    const Index first = tile * tile_frames;
    const Index count = std::min(tile_frames, mixture.cols() - first);
    Tile frames(models, mixture.middleCols(first, count), options_);
    add(result.report, frames.run([&] {
      ++state.done;
      report(progress, state);
    }));
    state.done = (tile + 1) * options_.iterations;
    for (std::size_t s = 0; s < models.size(); ++s)
      result.sources[s].magnitudes.middleCols(first, count) = frames.estimates()[s];
  }
  report(progress, state);
  return result;
}

}  // namespace nmfsep
