#include "nmf/step/dictionary_update.hpp"

#include <cmath>
#include <numeric>
#include <span>
#include <utility>

namespace nmfsep {

DictionaryUpdate::DictionaryUpdate(Factors& factors, ProgressGate& gate, FrameSlices frame_slices)
    : slices(std::move(frame_slices)),
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
  if (block.opens_slice) {
    activation_sums_.col(block.slice).setZero();
    costs_.col(block.slice).setZero();
  }
  for_each_tile([&](Index first) {
    compute_tile(block, first);
    gate_.advance(0);
  });
  if (with_gradient_) add_activations(block);
}

void DictionaryUpdate::compute_tile(const SliceBlock& block, Index first_bin) {
  const auto& [kernel, V, fixed_columns, fixed, options, scale, scales, W, H, rescale, workspaces] =
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

void DictionaryUpdate::add_tile(Statistics& statistics, const SliceSum& sum,
                                Index first_bin) const {
  const Index size = lanes_ * factors_.free();
  const Index offset = first_bin * factors_.free();
  float* total = statistics[static_cast<std::size_t>(sum.into)].data() + offset;
  const float* term = statistics[static_cast<std::size_t>(sum.from)].data() + offset;
  for (Index i = 0; i < size; ++i) total[i] += term[i];
}

void DictionaryUpdate::add(const SliceSum& sum) {
  if (with_cost_) costs_.col(sum.into) += costs_.col(sum.from);
  if (!with_gradient_) return;
  for_each_tile([&](Index first) {
    add_tile(numerators_, sum, first);
    if (!factors_.is_kl()) add_tile(denominators_, sum, first);
  });
  activation_sums_.col(sum.into) += activation_sums_.col(sum.from);
}

/// A tile's sum over slices, back as rows of bins.
void DictionaryUpdate::sum_slices(Statistics& statistics, Index first_bin, AlignedFloats& sum) {
  const Index free = factors_.free();
  const Index offset = first_bin * free;
  for (const SliceSum& last : slices.last_sums()) add_tile(statistics, last, first_bin);
  factors_.kernel.store(statistics[0].data() + offset, free,
                        {sum.data() + offset, free, bins(first_bin)});
}

void DictionaryUpdate::reduce() {
  for_each_tile([&](Index first) {
    sum_slices(numerators_, first, numerator_);
    if (!factors_.is_kl()) sum_slices(denominators_, first, denominator_);
  });
  for (const SliceSum& sum : slices.last_sums())
    activation_sums_.col(sum.into) += activation_sums_.col(sum.from);

  const auto all = static_cast<std::size_t>(factors_.V.rows() * factors_.free());
  const Reducer& parties = *factors_.options.reducer;
  parties.sum(std::span<float>(numerator_.data(), all));
  if (!factors_.is_kl()) parties.sum(std::span<float>(denominator_.data(), all));
  parties.sum(
      std::span<double>(activation_sums_.data(), static_cast<std::size_t>(factors_.free())));
}

double DictionaryUpdate::reduce_cost() {
  const Reducer& parties = *factors_.options.reducer;
  for (const SliceSum& sum : slices.last_sums()) costs_.col(sum.into) += costs_.col(sum.from);
  parties.sum(std::span<double>(costs_.data(), static_cast<std::size_t>(tiles_)));
  double cost = std::accumulate(costs_.data(), costs_.data() + tiles_, 0.0);
  if (factors_.options.penalty) {
    double of_penalty = penalty_cost();
    parties.sum(std::span<double>(&of_penalty, 1));
    cost += of_penalty;
  }
  return cost / std::pow(factors_.scale, factors_.options.divergence.beta);
}

double DictionaryUpdate::penalty_cost() const {
  const Vector norms = factors_.norms();
  const FrameScales frames = factors_.frames.frames();
  const Penalty& penalty = *factors_.options.penalty;
  return PenalisedActivations(penalty, norms, frames).cost(factors_.H) +
         penalty.dictionary_cost(
             penalised(norms, Vector::Zero(factors_.free()), weighted_total(frames)));
}

PenaltyDictionary DictionaryUpdate::penalised(const Vector& norms, const Vector& sums,
                                              double total) const {
  return {TileView(factors_.W.data(), factors_.W.rows(), factors_.W.cols()), factors_.fixed, norms,
          sums, static_cast<float>(total)};
}

/// What the penalty of all parties says of W's columns as they are.
void DictionaryUpdate::prepare_penalty() {
  const auto& penalty = factors_.options.penalty;
  if (!penalty) return;
  const Index free = factors_.free();
  const Vector norms = factors_.norms();
  const FrameScales frames = factors_.frames.frames();
  scale_gradient_ =
      PenalisedActivations(*penalty, norms, frames).scale_gradient(factors_.H).bottomRows(free);
  factors_.options.reducer->sum(
      std::span<double>(scale_gradient_.data(), static_cast<std::size_t>(scale_gradient_.size())));
  double total = weighted_total(frames);
  factors_.options.reducer->sum(std::span<double>(&total, 1));
  const Vector sums = factors_.frames.weights(0) * activation_sums_.col(0).cast<float>();
  penalty_negative_ = penalty_positive_ = TileMatrix::Zero(factors_.V.rows(), free);
  penalty->add_dictionary_gradient(
      penalised(norms, sums, total),
      {TileMap(penalty_negative_.data(), penalty_negative_.rows(), free),
       TileMap(penalty_positive_.data(), penalty_positive_.rows(), free)});
}

void DictionaryUpdate::penalise_and_apply() {
  const Index free = factors_.free();
  prepare_penalty();
  Eigen::MatrixXf sums(free, tiles_);
  for_each_tile([&](Index first) { sums.col(first / lanes_) = apply_tile(first); });
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
Vector DictionaryUpdate::apply_tile(Index first_bin) {
  const Index free = factors_.free();
  const Index rows = bins(first_bin);
  const Index offset = first_bin * free;
  TileMap W(updated_.data() + offset, rows, free);
  W = factors_.W.block(first_bin, factors_.fixed, rows, free);
  TileMap numerator(numerator_.data() + offset, rows, free);
  float* denominators = factors_.is_kl() ? factors_.workspaces.local().denominator.data()
                                         : denominator_.data() + offset;
  TileMap denominator(denominators, rows, free);
  if (factors_.is_kl()) denominator.rowwise() = activation_sums_.col(0).cast<float>().transpose();
  if (factors_.options.penalty) penalise_tile(first_bin, {numerator, denominator});
  factors_.kernel.apply(numerator.data(), denominator.data(), factors_.step(exponent()),
                        lanes_ * free, W.data());
  return W.colwise().sum().transpose();
}

/// Adds the penalty's split gradient with respect to a few rows of W.
void DictionaryUpdate::penalise_tile(Index first_bin, SplitGradient gradient) {
  const auto add = [&](Index half, const TileMatrix& of_bins, TileMap& target) {
    target += of_bins.middleRows(first_bin, target.rows());
    target.rowwise() += scale_gradient_.col(half).cast<float>().transpose();
  };
  add(0, penalty_negative_, gradient.negative);
  add(1, penalty_positive_, gradient.positive);
}

double DictionaryUpdate::exponent() const {
  const NmfOptions& options = factors_.options;
  return options.penalty ? update_exponent(options.divergence, options.penalty->dictionary_powers())
                         : options.divergence.update_exponent();
}

}  // namespace nmfsep
