#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>

#include "checks.hpp"
#include "nmfsep/core/random.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "progress_gate.hpp"
#include "tile.hpp"

namespace nmfsep {
namespace {

constexpr Index width = Tile::width;
constexpr int check_interval = 10;  // updates between two looks at the cost

/// What the frames of one slice say about W: the statistics of Lee & Seung's update, and the cost.
struct SliceStatistics {
  RowMatrix numerator;  // ratio · Hᵀ, bins × free components
  double cost = 0;
};

/// One factorisation: V ≈ (W·H) / scale, W = [fixed | free].
class Factorizer {
 public:
  Factorizer(const MatrixView& V, const MatrixView& fixed, const NmfOptions& options)
      : V_(V), fixed_(fixed.cols()), options_(options) {
    scale_ = scale_for(V.maxCoeff());
    start(fixed);
    // The slices depend on V's size alone, and so do the bits of what is summed over them.
    slices_.resize(static_cast<std::size_t>(std::clamp<Index>(V.cols() / width, 1, 16)));
  }

  Factorization run(const ProgressCallback& progress) {
    NmfReport report;
    ProgressGate gate(progress, options_.iterations);
    for (int iteration = 0;; ++iteration) {
      const bool last = iteration == options_.iterations;
      if (last || iteration % check_interval == 0) {
        sweep(gate, [&](Tile& tile, SliceStatistics& slice) { add_cost(tile, slice); });
        report.cost.push_back({iteration, reduce_cost()});
        gate.set_cost(report.cost.back().cost);
      }
      report.iterations = iteration;
      if (converged(report)) report.termination = Termination::tolerance;
      if (last || report.termination == Termination::tolerance) break;
      sweep(gate, [&](Tile& tile, SliceStatistics& slice) { update_frames(tile, slice); });
      update_dictionary();
      gate.advance(1);
    }
    gate.finish();
    H_ *= 1 / scale_;
    return {Matrix(W_), std::move(H_), std::move(report)};
  }

 private:
  void start(const MatrixView& fixed) {
    Random random(options_.seed);
    W_.resize(V_.rows(), fixed_ + options_.components);
    H_.resize(W_.cols(), V_.cols());
    W_.leftCols(fixed_) = fixed;
    for (Index k = fixed_; k < W_.cols(); ++k) {
      for (Index bin = 0; bin < W_.rows(); ++bin) W_(bin, k) = random.uniform();
      W_.col(k) /= W_.col(k).sum();
    }
    const double mean = V_.cast<double>().sum() * scale_ / static_cast<double>(H_.size());
    for (Index t = 0; t < H_.cols(); ++t)
      for (Index k = 0; k < H_.rows(); ++k)
        H_(k, t) = static_cast<float>(2 * mean) * random.uniform();
  }

  /// Runs `step` over the tiles of every slice, in parallel; H goes through the tile and back.
  template <typename Step>
  void sweep(ProgressGate& gate, const Step& step) {
    const Index count = static_cast<Index>(slices_.size());
    tbb::parallel_for(tbb::blocked_range<Index>(0, count, 1), [&](const auto& range) {
      Tile tile(W_.rows(), W_.cols());
      for (Index i = range.begin(); i != range.end(); ++i) {
        SliceStatistics& slice = slices_[static_cast<std::size_t>(i)];
        slice.numerator.setZero(W_.rows(), options_.components);
        slice.cost = 0;
        const Index end = V_.cols() * (i + 1) / count;
        for (Index first = V_.cols() * i / count; first < end; first += width) {
          const Index frames = std::min(width, end - first);
          exchange(tile, first, frames, [](float& lane, float& h) { lane = h; });
          tile.load(V_.middleCols(first, frames), Vector::Constant(frames, scale_));
          step(tile, slice);
          exchange(tile, first, frames, [](float& lane, float& h) { h = lane; });
          gate.advance(0);
        }
      }
    });
  }

  template <typename Copy>
  void exchange(Tile& tile, Index first, Index frames, const Copy& copy) {
    float silent = 0;
    for (Index k = 0; k < H_.rows(); ++k)
      for (Index lane = 0; lane < width; ++lane)
        copy(tile.activations(k)[lane], lane < frames ? H_(k, first + lane) : (silent = 0));
  }

  void add_cost(Tile& tile, SliceStatistics& slice) const {
    std::array<double, width> cost;
    tile.compute_ratio(W_);
    tile.costs(cost.data());
    for (const double lane : cost) slice.cost += lane / scale_;
  }

  void update_frames(Tile& tile, SliceStatistics& slice) const {
    static constexpr auto active = [] {
      std::array<float, width> ones{};
      ones.fill(1);
      return ones;
    }();
    tile.compute_ratio(W_);
    tile.update_activations(W_, active.data());
    tile.compute_ratio(W_);
    tile.accumulate(slice.numerator, fixed_);
  }

  double reduce_cost() const {
    double cost = 0;
    for (const SliceStatistics& slice : slices_) cost += slice.cost;
    return cost;
  }

  /// W ← W ⊙ (ratio·Hᵀ) ⊘ (1·Hᵀ), then columns that sum to one, H's rows taking the factor. A
  /// column whose activations have all died keeps its shape.
  void update_dictionary() {
    for (std::size_t i = 1; i < slices_.size(); ++i) slices_[0].numerator += slices_[i].numerator;
    const RowMatrix& numerator = slices_[0].numerator;
    tbb::parallel_for(Index{0}, options_.components, [&](Index free) {
      const Index k = fixed_ + free;
      double row_sum = 0;
      for (Index t = 0; t < H_.cols(); ++t) row_sum += H_(k, t);
      const Eigen::VectorXd updated =
          W_.col(k).cast<double>().cwiseProduct(numerator.col(free).cast<double>());
      const double sum = updated.sum();
      if (!(row_sum > 0 && sum > 0)) return;
      W_.col(k) = (updated / sum).cast<float>();
      W_.col(k) = (W_.col(k).array() < spectrum_floor).select(0, W_.col(k));
      H_.row(k) *= static_cast<float>(sum / row_sum);
    });
  }

  bool converged(const NmfReport& report) const {
    if (options_.tolerance == 0 || report.cost.size() < 2) return false;
    if (report.cost.back().iteration != report.iterations) return false;
    const double before = report.cost[report.cost.size() - 2].cost;
    return before - report.cost.back().cost <= options_.tolerance * before;
  }

  const MatrixView& V_;
  const Index fixed_;  // columns of W that stay
  const NmfOptions& options_;
  float scale_ = 1;
  RowMatrix W_;
  Matrix H_;
  std::vector<SliceStatistics> slices_;
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
