#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "checks.hpp"
#include "nmfsep/core/random.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "progress_gate.hpp"
#include "workspace.hpp"

namespace nmfsep {
namespace {

constexpr int check_interval = 10;  // updates between two looks at the cost

/// One factorisation: V ≈ (W·H) / scale, W = [fixed | free]. Both factors take the same update:
/// for H a tile is a few frames, for W it is a few bins of Vᵀ ≈ Hᵀ·Wᵀ.
class Factorizer {
 public:
  Factorizer(const MatrixView& V, const MatrixView& fixed, const NmfOptions& options)
      : kernel_(choose_kernel()),
        V_(V),
        fixed_(fixed.cols()),
        fixed_columns_(fixed),
        options_(options),
        workspaces_([this] { return Workspace(kernel_, W_.cols()); }) {
    const double mean = V.cast<double>().mean();
    scale_ = scale_for(mean);
    start(mean * scale_);
    // Frames are summed slice by slice, which depends on sizes alone, and so do the sums' bits.
    const Index slices = std::min(V.cols() / 1024, V.cols() / (8 * W_.cols()));
    numerators_.resize(static_cast<std::size_t>(std::clamp<Index>(slices, 1, 8)),
                       RowMatrix(V.rows(), options.components));
    denominators_ = numerators_;
  }

  Factorization run(const ProgressCallback& progress) {
    NmfReport report;
    ProgressGate gate(progress, options_.iterations);
    for (int iteration = 0;; ++iteration) {
      const bool last = iteration == options_.iterations;
      const bool check = last || iteration % check_interval == 0;
      compute_dictionary_gradient(check, gate);
      if (check) report.cost.push_back({iteration, total_cost()});
      report.iterations = iteration;
      if (check && converged(report)) report.termination = Termination::tolerance;
      if (last || report.termination == Termination::tolerance) break;
      if (check) gate.set_cost(report.cost.back().cost);
      reduce();
      apply_to_dictionary();
      update_activations(gate);
      gate.advance(1);
    }
    gate.finish();
    H_ *= 1 / scale_;
    Matrix W = W_;
    W.leftCols(fixed_) = fixed_columns_;
    return {std::move(W), std::move(H_), std::move(report)};
  }

 private:
  /// W's free columns uniform in (0, 1), column by column, each then summing to one; H uniform,
  /// frame by frame, with the mean that explains V's.
  void start(double mean) {
    Random random(options_.seed);
    W_.resize(V_.rows(), fixed_ + options_.components);
    W_.leftCols(fixed_) = (fixed_columns_.array() < spectrum_floor).select(0, fixed_columns_);
    for (Index k = fixed_; k < W_.cols(); ++k) {
      for (Index bin = 0; bin < W_.rows(); ++bin) W_(bin, k) = random.uniform();
      W_.col(k) /= W_.col(k).sum();
    }
    H_.resize(W_.cols(), V_.cols());
    const double largest =
        2 * mean * static_cast<double>(W_.rows()) / static_cast<double>(W_.cols());
    for (Index t = 0; t < H_.cols(); ++t)
      for (Index k = 0; k < H_.rows(); ++k)
        H_(k, t) = static_cast<float>(largest) * random.uniform();
    rescale_ = Vector::Ones(W_.cols());
  }

  /// W ⊙-step's numerator and denominator, slice by slice of the frames and tile by tile of bins.
  void compute_dictionary_gradient(bool with_cost, ProgressGate& gate) {
    const Index tiles = (V_.rows() - 1) / kernel_.lanes + 1;
    const auto slices = static_cast<Index>(numerators_.size());
    costs_.assign(static_cast<std::size_t>(tiles * slices), 0);
    tbb::parallel_for(Index{0}, tiles * slices, [&](Index i) {
      const Index slice = i % slices;
      const Index begin = slice * V_.cols() / slices;
      const Index end = (slice + 1) * V_.cols() / slices;
      const double cost = compute_bins(i / slices * kernel_.lanes, begin, end, slice, with_cost);
      costs_[static_cast<std::size_t>(i)] = cost;
      gate.advance(0);
    });
  }

  double compute_bins(Index first_bin, Index begin, Index end, Index slice, bool with_cost) {
    Workspace& space = workspaces_.local();
    const Index bins = std::min(kernel_.lanes, V_.rows() - first_bin);
    std::fill_n(space.scales.data(), kernel_.lanes, 1.0F);
    LaneSource source{W_.data() + first_bin * W_.cols(), W_.cols(), bins};
    source.scales = space.scales.data();
    kernel_.load(source, 0, W_.cols(), space.B.data());

    TileProblem tile = space.problem();
    std::fill_n(space.scales.data(), kernel_.lanes, scale_);
    tile.source = {V_.data() + begin * V_.outerStride() + first_bin, V_.outerStride(), bins, false};
    tile.source.scales = space.scales.data();
    tile.source = spectrum(tile.source, options_.divergence);
    tile.A = H_.data() + begin * H_.rows();
    tile.rows = end - begin;
    tile.components = H_.rows();
    tile.first_free = fixed_;
    tile.cost = with_cost ? space.cost.data() : nullptr;
    kernel_.compute(tile, options_.divergence);
    store(tile.numerator, first_bin, bins, numerators_[static_cast<std::size_t>(slice)]);
    if (options_.divergence.beta != 1)
      store(tile.denominator, first_bin, bins, denominators_[static_cast<std::size_t>(slice)]);
    double cost = 0;
    for (Index lane = 0; with_cost && lane < bins; ++lane)
      cost += space.cost[static_cast<std::size_t>(lane)];
    return cost;
  }

  void store(const float* tile, Index first_bin, Index bins, RowMatrix& gradient) const {
    for (Index lane = 0; lane < bins; ++lane)
      for (Index k = 0; k < gradient.cols(); ++k)
        gradient(first_bin + lane, k) = tile[k * kernel_.lanes + lane];
  }

  double total_cost() const {
    double sum = 0;
    for (const double cost : costs_) sum += cost;
    return sum / std::pow(scale_, options_.divergence.beta);
  }

  /// Adds the slices up in their order.
  void reduce() {
    for (std::size_t i = 1; i < numerators_.size(); ++i) numerators_[0] += numerators_[i];
    if (options_.divergence.beta == 1) {
      const Vector sums = H_.bottomRows(options_.components).rowwise().sum();
      denominators_[0] = sums.transpose().replicate(V_.rows(), 1);
    } else {
      for (std::size_t i = 1; i < denominators_.size(); ++i) denominators_[0] += denominators_[i];
    }
  }

  /// W ← W ⊙ (numerator ⊘ denominator)^γ, then columns that sum to one; H's rows take the factor
  /// when they are updated next. A column whose activations have all died keeps its shape.
  void apply_to_dictionary() {
    const auto exponent = static_cast<float>(options_.divergence.update_exponent());
    for (Index k = 0; k < options_.components; ++k) {
      const auto numerator = numerators_[0].col(k).array();
      const auto denominator = denominators_[0].col(k).array().max(0x1p-120F);
      const Vector updated = W_.col(fixed_ + k).array() * (numerator / denominator).pow(exponent);
      const float sum = updated.sum();
      if (!(sum > 0)) continue;
      rescale_(fixed_ + k) = sum;
      W_.col(fixed_ + k) = updated / sum;
      W_.col(fixed_ + k) =
          (W_.col(fixed_ + k).array() < spectrum_floor).select(0, W_.col(fixed_ + k));
    }
  }

  void update_activations(ProgressGate& gate) {
    const Vector sums = W_.colwise().sum().transpose();
    tbb::parallel_for(Index{0}, (V_.cols() - 1) / kernel_.lanes + 1, [&](Index i) {
      update_frames(i * kernel_.lanes, sums);
      gate.advance(0);
    });
  }

  void update_frames(Index first, const Vector& sums) {
    Workspace& space = workspaces_.local();
    const Index lanes = kernel_.lanes;
    const Index frames = std::min(lanes, V_.cols() - first);
    float* B = space.B.data();
    std::fill_n(space.scales.data(), lanes, 1.0F);
    LaneSource source{H_.data() + first * H_.rows(), H_.rows(), frames};
    source.scales = space.scales.data();
    kernel_.load(source, 0, H_.rows(), B);
    for (Index k = 0; k < H_.rows(); ++k)
      for (Index lane = 0; lane < lanes; ++lane) B[k * lanes + lane] *= rescale_(k);

    TileProblem tile = space.problem();
    std::fill_n(space.scales.data(), lanes, scale_);
    tile.source = {V_.data() + first * V_.outerStride(), V_.outerStride(), frames};
    tile.source.scales = space.scales.data();
    tile.source = spectrum(tile.source, options_.divergence);
    tile.A = W_.data();
    tile.rows = W_.rows();
    tile.components = W_.cols();
    kernel_.compute(tile, options_.divergence);
    if (options_.divergence.beta == 1)
      for (Index k = 0; k < H_.rows(); ++k)
        std::fill_n(tile.denominator + k * lanes, lanes, sums(k));
    kernel_.apply(tile.numerator, tile.denominator,
                  static_cast<float>(options_.divergence.update_exponent()), H_.rows() * lanes, B);
    for (Index lane = 0; lane < frames; ++lane)
      for (Index k = 0; k < H_.rows(); ++k) H_(k, first + lane) = B[k * lanes + lane];
  }

  bool converged(const NmfReport& report) const {
    if (options_.tolerance == 0 || report.cost.size() < 2) return false;
    const double before = report.cost[report.cost.size() - 2].cost;
    return before - report.cost.back().cost <= options_.tolerance * before;
  }

  const Kernel& kernel_;
  const MatrixView& V_;
  const Index fixed_;                // columns of W that stay, …
  const MatrixView& fixed_columns_;  // … these
  const NmfOptions& options_;
  float scale_ = 1;
  RowMatrix W_;
  Matrix H_;
  Vector rescale_;                                    // what H's rows owe to W's columns
  std::vector<RowMatrix> numerators_, denominators_;  // a slice each, bins × free components
  std::vector<double> costs_;                         // a tile of bins and a slice each
  tbb::enumerable_thread_specific<Workspace> workspaces_;
};

}  // namespace

Factorization factorize(const MatrixView& V, const MatrixView& fixed, const NmfOptions& options,
                        const ProgressCallback& progress) {
  options.validate();
  require_non_negative(V, "V");
  if (fixed.cols() > 0) {
    require_non_negative(fixed, "fixed");
    require_bins(fixed, V);
    require_unit_columns(fixed);
  }
  return Factorizer(V, fixed, options).run(progress);
}

Factorization factorize(const MatrixView& V, const NmfOptions& options,
                        const ProgressCallback& progress) {
  return factorize(V, Matrix(V.rows(), 0), options, progress);
}

}  // namespace nmfsep
