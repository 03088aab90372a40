#include "dictionary_update.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace nmfsep {
namespace {

/// Long enough that a slice's sums are small beside its work, and take less than 1/8 of V's memory.
Index slices_for(const Factors& factors) {
  const Index frames = factors.V.cols();
  return std::clamp<Index>(std::min(frames / 1024, frames / (8 * factors.W.cols())), 1, 8);
}

}  // namespace

DictionaryUpdate::DictionaryUpdate(Factors& factors, ProgressGate& gate)
    : factors_(factors),
      gate_(gate),
      tiles_((factors.V.rows() - 1) / factors.kernel.lanes + 1),
      slices_(slices_for(factors)),
      updated_(tiles_ * factors.kernel.lanes * factors.free()),
      activation_sums_(factors.free(), slices_),
      costs_(static_cast<std::size_t>(tiles_ * slices_)) {
  for (Index slice = 0; slice < slices_; ++slice) {
    numerators_.emplace_back(tiles_ * factors.kernel.lanes * factors.free());
    if (!factors.is_kl())
      denominators_.emplace_back(tiles_ * factors.kernel.lanes * factors.free());
  }
}

template <typename Body>
void DictionaryUpdate::for_each_tile(const Body& body) const {
  tbb::parallel_for(Index{0}, tiles_, [&](Index i) { body(i * factors_.kernel.lanes); });
}

template <typename Body>
void DictionaryUpdate::for_each_tile_and_slice(const Body& body) const {
  const Index lanes = factors_.kernel.lanes;
  tbb::parallel_for(Index{0}, tiles_ * slices_, [&](Index i) {
    const Index first = i % tiles_ * lanes;
    body(Tile{first, std::min(lanes, factors_.V.rows() - first), i / tiles_}, i);
    gate_.advance(0);
  });
}

void DictionaryUpdate::compute(bool with_cost) {
  for_each_tile_and_slice([&](const Tile& tile, Index i) {
    compute_tile(tile, true, with_cost ? &costs_[static_cast<std::size_t>(i)] : nullptr);
  });
  sum_activations();
}

void DictionaryUpdate::compute_cost() {
  for_each_tile_and_slice([&](const Tile& tile, Index i) {
    compute_tile(tile, false, &costs_[static_cast<std::size_t>(i)]);
  });
}

void DictionaryUpdate::compute_tile(const Tile& tile, bool with_gradient, double* cost) {
  const auto& [kernel, V, fixed_columns, fixed, options, scale, W, H, rescale, workspaces] =
      factors_;
  Workspace& space = factors_.workspaces.local();
  kernel.load(space.source(W.data() + tile.first * W.cols(), W.cols(), tile.bins), 0, W.cols(),
              space.B.data());

  const Index begin = tile.slice * V.cols() / slices_;
  TileProblem problem = space.problem();
  problem.source = space.source(V.data() + begin * V.outerStride() + tile.first, V.outerStride(),
                                tile.bins, scale);
  problem.source.lanes_are_columns = false;
  problem.source = spectrum(problem.source, options.divergence);
  problem.A = H.data() + begin * H.rows();
  problem.rows = (tile.slice + 1) * V.cols() / slices_ - begin;
  problem.components = H.rows();
  problem.first_free = fixed;
  if (!with_gradient) problem.numerator = nullptr;
  problem.cost = cost != nullptr ? space.cost.data() : nullptr;
  kernel.compute(problem, options.divergence);

  if (cost != nullptr)
    *cost = std::accumulate(space.cost.begin(), space.cost.begin() + tile.bins, 0.0);
  if (!with_gradient) return;
  const auto slice = static_cast<std::size_t>(tile.slice);
  const Index offset = tile.first * factors_.free();
  LaneTarget target{numerators_[slice].data() + offset, factors_.free(), tile.bins};
  kernel.store(problem.numerator, factors_.free(), target);
  if (factors_.is_kl()) return;
  target.first = denominators_[slice].data() + offset;
  kernel.store(problem.denominator, factors_.free(), target);
}

void DictionaryUpdate::sum_activations() {
  const Index frames = factors_.H.cols();
  tbb::parallel_for(Index{0}, slices_, [&](Index slice) {
    auto sum = activation_sums_.col(slice);
    sum.setZero();
    for (Index t = slice * frames / slices_; t < (slice + 1) * frames / slices_; ++t)
      sum += factors_.H.col(t).tail(factors_.free()).cast<double>();
  });
}

void DictionaryUpdate::reduce() {
  const Index size = factors_.kernel.lanes * factors_.free();
  for_each_tile([&](Index first) {
    const Index offset = first * factors_.free();
    for (Statistics* statistics : {&numerators_, &denominators_})
      for (std::size_t slice = 1; slice < statistics->size(); ++slice) {
        float* sum = (*statistics)[0].data() + offset;
        const float* term = (*statistics)[slice].data() + offset;
        for (Index i = 0; i < size; ++i) sum[i] += term[i];
      }
  });
  for (Index slice = 1; slice < slices_; ++slice)
    activation_sums_.col(0) += activation_sums_.col(slice);

  const auto all = static_cast<std::size_t>(factors_.V.rows() * factors_.free());
  const Reducer& parties = *factors_.options.reducer;
  parties.sum(std::span<float>(numerators_[0].data(), all));
  if (!factors_.is_kl()) parties.sum(std::span<float>(denominators_[0].data(), all));
  parties.sum(
      std::span<double>(activation_sums_.data(), static_cast<std::size_t>(factors_.free())));
}

double DictionaryUpdate::reduce_cost() {
  double cost = 0;
  for (const double part : costs_) cost += part;
  if (factors_.options.penalty) cost += penalty_cost();
  factors_.options.reducer->sum(std::span<double>(&cost, 1));
  return cost / std::pow(factors_.scale, factors_.options.divergence.beta);
}

double DictionaryUpdate::penalty_cost() const {
  const Penalty::Atoms atoms = factors_.atoms();
  const Vector weight = Vector::Constant(1, factors_.penalty_weight());
  Eigen::VectorXd cost = Eigen::VectorXd::Zero(1);
  for (Index t = 0; t < factors_.H.cols(); ++t)
    factors_.options.penalty->add_cost(
        atoms, TileView(factors_.H.col(t).data(), factors_.H.rows(), 1), weight, cost);
  return cost(0);
}

void DictionaryUpdate::penalise_and_apply() {
  const Index free = factors_.free();
  const Index lanes = factors_.kernel.lanes;
  const Penalty::Atoms atoms = factors_.options.penalty ? factors_.atoms() : Penalty::Atoms{};
  Eigen::MatrixXf sums(free, tiles_);
  for_each_tile([&](Index first) { sums.col(first / lanes) = apply_tile(first, atoms); });
  const Vector sum = sums.rowwise().sum();
  const Vector factor = (sum.array() > 0).select(sum, 1);
  for_each_tile([&](Index first) {
    for (Index bin = first; bin < std::min(first + lanes, factors_.W.rows()); ++bin)
      for (Index k = 0; k < free; ++k) {
        const float w = updated_.data()[bin * free + k] / factor(k);
        if (sum(k) > 0) factors_.W(bin, factors_.fixed + k) = w < spectrum_floor ? 0 : w;
      }
  });
  factors_.rescale.tail(free) = factor;
}

/// The updated rows of W and their sums.
Vector DictionaryUpdate::apply_tile(Index first_bin, const Penalty::Atoms& atoms) {
  const Index free = factors_.free();
  const Index rows = std::min(factors_.kernel.lanes, factors_.V.rows() - first_bin);
  const Index offset = first_bin * free;
  TileMap W(updated_.data() + offset, rows, free);
  W = factors_.W.block(first_bin, factors_.fixed, rows, free);
  TileMap numerator(numerators_[0].data() + offset, rows, free);
  float* denominators = factors_.is_kl() ? factors_.workspaces.local().denominator.data()
                                         : denominators_[0].data() + offset;
  TileMap denominator(denominators, rows, free);
  const Vector activation_sums = activation_sums_.col(0).cast<float>();
  if (factors_.is_kl()) denominator.rowwise() = activation_sums.transpose();
  double exponent = factors_.options.divergence.update_exponent();
  if (const auto& penalty = factors_.options.penalty) {
    penalty->add_dictionary_gradient(TileView(W.data(), rows, free), atoms.norms.tail(free),
                                     factors_.penalty_weight() * activation_sums, numerator,
                                     denominator);
    exponent = penalty->dictionary_exponent(factors_.options.divergence);
  }
  factors_.kernel.apply(numerator.data(), denominator.data(), static_cast<float>(exponent),
                        factors_.kernel.lanes * free, W.data());
  return W.colwise().sum().transpose();
}

}  // namespace nmfsep
