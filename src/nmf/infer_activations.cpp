#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>

#include "checks.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "progress_gate.hpp"
#include "tile.hpp"

namespace nmfsep {
namespace {

constexpr Index width = Tile::width;
constexpr int check_interval = 10;  // updates between two looks at the cost

/// How the frames of one tile went.
struct TileReport {
  std::vector<double> cost;  // after 0, 10, 20, … updates; then as it stays
  int iterations = 0;        // of the slowest frame
  bool all_converged = false;
};

/// Runs all updates of the frames of V in one go, while they sit in cache.
class TileSolver {
 public:
  TileSolver(const RowMatrix& W, const NmfOptions& options, ProgressGate& gate)
      : W_(W), options_(options), gate_(gate), tile_(W.rows(), W.cols()) {}

  TileReport solve(const MatrixView& V, Eigen::Ref<Matrix> H) {
    start(V);
    TileReport report;
    previous_cost_.fill(0);
    for (int iteration = 0;; ++iteration) {
      tile_.compute_ratio(W_);
      if (iteration % check_interval == 0 || iteration == options_.iterations)
        report.cost.push_back(check_convergence(iteration, V.cols()));
      report.all_converged =
          std::all_of(active_.begin(), active_.end(), [](float a) { return a == 0; });
      report.iterations = iteration;
      if (report.all_converged || iteration == options_.iterations) break;
      tile_.update_activations(W_, active_.data());
      gate_.advance(0);
    }
    store(H);
    return report;
  }

 private:
  void start(const MatrixView& V) {
    const Index frames = V.cols();
    scales_ = Vector::Ones(width);
    active_.fill(0);
    for (Index lane = 0; lane < frames; ++lane) {
      scales_(lane) = scale_for(V.col(lane).maxCoeff());
      active_[static_cast<std::size_t>(lane)] = 1;
    }
    tile_.load(V, scales_);
    // Uniform, with the sum of the frame: what the first update would make of any uniform start.
    for (Index lane = 0; lane < width; ++lane) {
      const double sum = lane < frames ? V.col(lane).cast<double>().sum() * scales_(lane) : 0;
      for (Index k = 0; k < W_.cols(); ++k)
        tile_.activations(k)[lane] = static_cast<float>(sum / static_cast<double>(W_.cols()));
    }
  }

  /// Rests the frames that gained less than the tolerance since the last check. The tile's cost.
  double check_convergence(int iteration, Index frames) {
    std::array<double, width> cost;
    tile_.costs(cost.data());
    double total = 0;
    for (std::size_t lane = 0; lane < static_cast<std::size_t>(frames); ++lane) {
      if (iteration > 0 && options_.tolerance > 0 &&
          previous_cost_[lane] - cost[lane] <= options_.tolerance * previous_cost_[lane])
        active_[lane] = 0;
      previous_cost_[lane] = cost[lane];
      total += cost[lane] / scales_(static_cast<Index>(lane));
    }
    return total;
  }

  void store(Eigen::Ref<Matrix> H) {
    for (Index lane = 0; lane < H.cols(); ++lane)
      for (Index k = 0; k < H.rows(); ++k) H(k, lane) = tile_.activations(k)[lane] / scales_(lane);
  }

  const RowMatrix& W_;
  const NmfOptions& options_;
  ProgressGate& gate_;
  Tile tile_;
  Vector scales_;
  std::array<float, width> active_{};  // 1 while a frame is being updated
  std::array<double, width> previous_cost_{};
};

/// Adds up the tiles in their order; a tile that stopped early keeps its last cost.
NmfReport merge(const std::vector<TileReport>& tiles, const NmfOptions& options) {
  NmfReport report;
  bool all_converged = true;
  std::size_t samples = 0;
  for (const TileReport& tile : tiles) {
    report.iterations = std::max(report.iterations, tile.iterations);
    all_converged = all_converged && tile.all_converged;
    samples = std::max(samples, tile.cost.size());
  }
  for (std::size_t i = 0; i < samples; ++i) {
    CostSample sample{std::min(static_cast<int>(i) * check_interval, options.iterations), 0};
    for (const TileReport& tile : tiles)
      sample.cost += tile.cost[std::min(i, tile.cost.size() - 1)];
    report.cost.push_back(sample);
  }
  report.termination = all_converged ? Termination::tolerance : Termination::iterations;
  return report;
}

}  // namespace

Activations infer_activations(const MatrixView& V, const MatrixView& W, const NmfOptions& options,
                              const ProgressCallback& progress) {
  options.validate();
  require_non_negative(V, "V");
  require_non_negative(W, "W");
  require_bins(W, V);
  require_unit_columns(W);

  const RowMatrix rows = W;
  Activations result{Matrix(W.cols(), V.cols()), {}};
  std::vector<TileReport> tiles(static_cast<std::size_t>((V.cols() + width - 1) / width));
  ProgressGate gate(progress, V.cols());
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, tiles.size()), [&](const auto& range) {
    TileSolver solver(rows, options, gate);
    for (std::size_t i = range.begin(); i != range.end(); ++i) {
      const Index first = static_cast<Index>(i) * width;
      const Index frames = std::min(width, V.cols() - first);
      tiles[i] = solver.solve(V.middleCols(first, frames), result.H.middleCols(first, frames));
      gate.advance(frames);
    }
  });
  gate.finish();
  result.report = merge(tiles, options);
  return result;
}

}  // namespace nmfsep
