#include "nmf/step/dictionary_update.hpp"

#include <cmath>
#include <numeric>
#include <span>

namespace nmfsep {

DictionaryUpdate::DictionaryUpdate(Factors& factors, ProgressGate& gate)
    : slices(factors.V.cols(), factors.W.cols()),
      factors_(factors),
      gate_(gate),
      lanes_(factors.kernel.lanes),
      tiles_((factors.V.rows() - 1) / lanes_ + 1),
      W_(matrix(factors.W.cols())),
      numerator_(matrix(factors.free())),
      denominator_(matrix(factors.is_kl() ? 0 : factors.free())),
      updated_(matrix(factors.free())),
      activation_sums_(factors.free(), slices.count()),
      costs_(tiles_, slices.count()) {
  for (Index slice = 0; slice < slices.count(); ++slice) {
    numerators_.push_back(matrix(factors.free()));
    if (!factors.is_kl()) denominators_.push_back(matrix(factors.free()));
  }
}

template <typename Body>
void DictionaryUpdate::for_each_tile(const Body& body) const {
  tbb::parallel_for(Index{0}, tiles_, [&](Index i) { body(i * lanes_); });
}

Index DictionaryUpdate::bins(Index first_bin) const {
  return std::min(lanes_, factors_.V.rows() - first_bin);
}

void DictionaryUpdate::prepare(bool with_gradient, bool with_cost) {
  with_gradient_ = with_gradient;
  with_cost_ = with_cost;
  activation_sums_.setZero();
  costs_.setZero();
  const RowMatrix& W = factors_.W;
  for_each_tile([&](Index first) {
    Workspace& space = factors_.workspaces.local();
    factors_.kernel.load(space.source(W.data() + first * W.cols(), W.cols(), bins(first)), 0,
                         W.cols(), W_.data() + first * W.cols());
  });
}

void DictionaryUpdate::compute(const SliceBlock& block) {
  for_each_tile([&](Index first) {
    compute_tile(block, first);
    gate_.advance(0);
  });
  if (with_gradient_) add_activations(block);
}

void DictionaryUpdate::compute_tile(const SliceBlock& block, Index first_bin) {
  const auto& [kernel, V, fixed_columns, fixed, options, scale, W, H, rescale, workspaces] =
      factors_;
  Workspace& space = factors_.workspaces.local();
  const auto slice = static_cast<std::size_t>(block.slice);
  const Index offset = first_bin * factors_.free();
  TileProblem problem = space.problem();
  problem.source = space.source(V.data() + block.first * V.outerStride() + first_bin,
                                V.outerStride(), bins(first_bin), scale);
  problem.source.lanes_are_columns = false;
  problem.source = spectrum(problem.source, options.divergence);
  problem.A = H.data() + block.first * H.rows();
  problem.rows = block.last - block.first;
  problem.components = H.rows();
  problem.first_free = fixed;
  problem.B = W_.data() + first_bin * W.cols();
  problem.numerator = with_gradient_ ? numerators_[slice].data() + offset : nullptr;
  if (!factors_.is_kl()) problem.denominator = denominators_[slice].data() + offset;
  problem.add_gradient = !block.opens_slice;
  problem.cost = with_cost_ ? space.cost.data() : nullptr;
  kernel.compute(problem, options.divergence);
  if (with_cost_)
    costs_(first_bin / lanes_, block.slice) +=
        std::accumulate(space.cost.begin(), space.cost.begin() + bins(first_bin), 0.0);
}

void DictionaryUpdate::add_activations(const SliceBlock& block) {
  auto sum = activation_sums_.col(block.slice);
  for (Index t = block.first; t < block.last; ++t)
    sum += factors_.H.col(t).tail(factors_.free()).cast<double>();
}

/// A tile's sum over slices, back as rows of bins.
void DictionaryUpdate::sum_slices(Statistics& statistics, Index first_bin, AlignedFloats& sum) {
  const Index free = factors_.free();
  const Index offset = first_bin * free;
  float* total = statistics[0].data() + offset;
  for (std::size_t slice = 1; slice < statistics.size(); ++slice) {
    const float* term = statistics[slice].data() + offset;
    for (Index i = 0; i < lanes_ * free; ++i) total[i] += term[i];
  }
  factors_.kernel.store(total, free, {sum.data() + offset, free, bins(first_bin)});
}

void DictionaryUpdate::reduce() {
  for_each_tile([&](Index first) {
    sum_slices(numerators_, first, numerator_);
    if (!factors_.is_kl()) sum_slices(denominators_, first, denominator_);
  });
  for (Index slice = 1; slice < slices.count(); ++slice)
    activation_sums_.col(0) += activation_sums_.col(slice);

  const auto all = static_cast<std::size_t>(factors_.V.rows() * factors_.free());
  const Reducer& parties = *factors_.options.reducer;
  parties.sum(std::span<float>(numerator_.data(), all));
  if (!factors_.is_kl()) parties.sum(std::span<float>(denominator_.data(), all));
  parties.sum(
      std::span<double>(activation_sums_.data(), static_cast<std::size_t>(factors_.free())));
}

double DictionaryUpdate::reduce_cost() {
  double cost = std::accumulate(costs_.data(), costs_.data() + costs_.size(), 0.0);
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
  const Penalty::Atoms atoms = factors_.options.penalty ? factors_.atoms() : Penalty::Atoms{};
  Eigen::MatrixXf sums(free, tiles_);
  for_each_tile([&](Index first) { sums.col(first / lanes_) = apply_tile(first, atoms); });
  const Vector sum = sums.rowwise().sum();
  const Vector factor = (sum.array() > 0).select(sum, 1);
  for_each_tile([&](Index first) {
    for (Index bin = first; bin < first + bins(first); ++bin) {
      const float* updated = updated_.data() + bin * free;
      float* W = &factors_.W(bin, factors_.fixed);
      for (Index k = 0; k < free; ++k) {  // without branches, so that it runs in vectors
        const float w = updated[k] / factor.data()[k];
        W[k] = sum.data()[k] > 0 ? (w < spectrum_floor ? 0 : w) : W[k];
      }
    }
  });
  factors_.rescale.tail(free) = factor;
}

/// The updated rows of W and their sums.
Vector DictionaryUpdate::apply_tile(Index first_bin, const Penalty::Atoms& atoms) {
  const Index free = factors_.free();
  const Index rows = bins(first_bin);
  const Index offset = first_bin * free;
  TileMap W(updated_.data() + offset, rows, free);
  W = factors_.W.block(first_bin, factors_.fixed, rows, free);
  TileMap numerator(numerator_.data() + offset, rows, free);
  float* denominators = factors_.is_kl() ? factors_.workspaces.local().denominator.data()
                                         : denominator_.data() + offset;
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
  factors_.kernel.apply(numerator.data(), denominator.data(), factors_.step(exponent),
                        lanes_ * free, W.data());
  return W.colwise().sum().transpose();
}

}  // namespace nmfsep
