#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "checks.hpp"
#include "loop.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "progress_gate.hpp"
#include "workspace.hpp"

namespace nmfsep {
namespace {

/// How the frames of one tile went.
struct TileReport {
  std::vector<double> cost;  // after 0, 10, 20, … updates; then as it stays
  int iterations = 0;        // of the slowest frame
  bool all_converged = false;
};

/// The job that all tiles share.
struct Problem {
  const Kernel& kernel;
  const MatrixView& V;
  const RowMatrix& W;
  const Vector& W_sums;  // of the columns: the denominator of KL
  const Penalty::Atoms& atoms;
  const NmfOptions& options;
  ProgressGate& gate;
};

/// Runs all updates of a tile's frames in one go, while they sit in cache.
class TileSolver {
 public:
  explicit TileSolver(const Problem& problem)
      : problem_(problem),
        lanes_(problem.kernel.lanes),
        size_(problem.W.cols() * lanes_),
        space_(problem.kernel, problem.W.cols()),
        X_(problem.W.rows() * lanes_),
        first_(size_),
        second_(size_),
        third_(size_),
        penalty_weights_(lanes_),
        frames_(static_cast<std::size_t>(lanes_)) {
    reset_denominator();
  }

  /// Columns of H from `first` on, as many as there are lanes or frames left.
  TileReport solve(Index first, Matrix& H) {
    start(first);
    TileReport report;
    const int last = problem_.options.iterations;
    for (int iteration = 0;; ++iteration) {
      const bool check = looks_at(iteration, problem_.options);
      const int phase = extrapolation_phase(iteration);
      compute(iteration == 0, check || phase > 0);
      if (check) report.cost.push_back(rest_converged(iteration, H));
      report.iterations = iteration;
      report.all_converged =
          std::none_of(frames_.begin(), frames_.end(), [](const Frame& f) { return f.active; });
      if (report.all_converged || iteration == last) break;
      step(phase);
      problem_.gate.advance(0);
    }
    for (Index lane = 0; lane < lanes_; ++lane)
      if (frame(lane).active) store(lane, H);
    return report;
  }

 private:
  struct Frame {
    bool active = false;
    Index column = 0;      // of V and H
    float scale = 1;       // of V in the tile
    double cost = 0;       // at the last check
    double incumbent = 0;  // at the last plain iterate of an extrapolation
  };
  Frame& frame(Index lane) { return frames_[static_cast<std::size_t>(lane)]; }

  void start(Index first) {
    const MatrixView& V = problem_.V;
    const Index components = problem_.W.cols();
    for (Index lane = 0; lane < lanes_; ++lane) {
      const Index column = first + lane;
      const bool active = column < V.cols();
      const double sum = active ? V.col(column).cast<double>().sum() : 0;
      const float scale = scale_for(sum / static_cast<double>(V.rows()));
      frame(lane) = {active, column, scale, 0, 0};
      space_.scales.data()[lane] = scale;
      penalty_weights_(lane) =
          static_cast<float>(std::pow(scale, problem_.options.divergence.beta - 1));
      // Uniform activations with the frame's sum: what one update makes of any uniform start.
      for (Index k = 0; k < components; ++k)
        space_.B.data()[k * lanes_ + lane] =
            static_cast<float>(sum * scale / static_cast<double>(components));
    }
    LaneSource source{V.data() + first * V.outerStride(), V.outerStride()};
    source.lanes = std::min(lanes_, V.cols() - first);
    source.scales = space_.scales.data();
    problem_.kernel.load(spectrum(source, problem_.options.divergence), 0, V.rows(), X_.data());
  }

  /// 0, 1, 2 within an extrapolation; −1 for a plain update. Three extrapolations and a plain
  /// update make ten, so that checks fall between them.
  int extrapolation_phase(int iteration) const {
    const int place = iteration % check_interval;
    const int start = iteration - place % 3;
    const bool fits = place < 9 && start + 3 <= problem_.options.iterations;
    return problem_.options.solver == Solver::squarem && fits ? place % 3 : -1;
  }

  void compute(bool first, bool with_cost) {
    const RowMatrix& W = problem_.W;
    TileProblem tile = space_.problem();
    tile.X = X_.data();
    tile.A = W.data();
    tile.rows = W.rows();
    tile.components = W.cols();
    tile.cost = with_cost ? space_.cost.data() : nullptr;
    // Euclidean's numerator is Wᵀ·V.
    tile.keep_numerator = problem_.options.divergence.beta == 2 && !first && !penalised();
    problem_.kernel.compute(tile, problem_.options.divergence);
    if (penalised()) penalise(with_cost);
  }

  bool penalised() const { return problem_.options.penalty != nullptr; }

  /// KL's is Wᵀ·1. Only a penalty changes it.
  void reset_denominator() {
    if (problem_.options.divergence.beta == 1)
      TileMap(space_.denominator.data(), problem_.W.cols(), lanes_).colwise() = problem_.W_sums;
  }

  void penalise(bool with_cost) {
    const Index components = problem_.W.cols();
    reset_denominator();
    const TileView H(space_.B.data(), components, lanes_);
    problem_.options.penalty->add_gradient(problem_.atoms, H, penalty_weights_,
                                           TileMap(space_.numerator.data(), components, lanes_),
                                           TileMap(space_.denominator.data(), components, lanes_));
    if (with_cost)
      problem_.options.penalty->add_cost(problem_.atoms, H, penalty_weights_,
                                         Eigen::Map<Eigen::VectorXd>(space_.cost.data(), lanes_));
  }

  void apply() {
    const auto& [divergence, solver] =
        std::tie(problem_.options.divergence, problem_.options.solver);
    const double relaxation = solver == Solver::over_relaxed ? divergence.relaxation() : 1;
    const Step step{static_cast<float>(divergence.update_exponent()),
                    static_cast<float>(relaxation)};
    problem_.kernel.apply(space_.numerator.data(), space_.denominator.data(), step, size_,
                          space_.B.data());
  }

  /// Squared extrapolation: from x₀, x₁ = step(x₀), x₂ = step(x₁) to x′, from which a plain step
  /// follows where x′ is no worse than x₁; elsewhere x₂ it is.
  void step(int phase) {
    float* B = space_.B.data();
    if (phase == 0) std::copy_n(B, size_, first_.data());
    if (phase == 1) std::copy_n(B, size_, second_.data());
    if (phase == 1)
      for (std::size_t lane = 0; lane < frames_.size(); ++lane)
        frames_[lane].incumbent = space_.cost[lane];
    apply();
    if (phase == 1) {
      std::copy_n(B, size_, third_.data());
      problem_.kernel.extrapolate(first_.data(), second_.data(), problem_.W.cols(), B);
    }
    if (phase == 2) reject_worse();
  }

  void reject_worse() {
    for (Index lane = 0; lane < lanes_; ++lane)
      if (!(space_.cost[static_cast<std::size_t>(lane)] <= frame(lane).incumbent))
        for (Index i = lane; i < size_; i += lanes_) space_.B.data()[i] = third_.data()[i];
  }

  /// Stores the frames that gained less than the tolerance since the last check. The tile's cost.
  double rest_converged(int iteration, Matrix& H) {
    const double tolerance = problem_.options.tolerance;
    double total = 0;
    for (Index lane = 0; lane < lanes_; ++lane) {
      Frame& f = frame(lane);
      const double cost = space_.cost[static_cast<std::size_t>(lane)];
      if (f.active) {
        const bool converged = iteration > 0 && stands_still(f.cost, cost, tolerance);
        f.cost = cost;
        f.active = !converged;
        if (converged) store(lane, H);
      }
      if (f.column < H.cols())
        total += f.cost / std::pow(f.scale, problem_.options.divergence.beta);
    }
    return total;
  }

  void store(Index lane, Matrix& H) {
    for (Index k = 0; k < H.rows(); ++k)
      H(k, frame(lane).column) = space_.B.data()[k * lanes_ + lane] / frame(lane).scale;
  }

  const Problem& problem_;
  const Index lanes_, size_;
  Workspace space_;
  AlignedFloats X_;                       // bins × lanes
  AlignedFloats first_, second_, third_;  // iterates of an extrapolation, components × lanes
  Vector penalty_weights_;                // lanes
  std::vector<Frame> frames_;
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

  const Kernel& kernel = choose_kernel();
  const RowMatrix rows = (W.array() < spectrum_floor).select(0, W);
  const Vector sums = rows.colwise().sum().transpose();
  const Penalty::Atoms atoms{rows.colwise().norm().transpose()};
  Activations result{Matrix(W.cols(), V.cols()), {}};
  std::vector<TileReport> tiles(static_cast<std::size_t>((V.cols() - 1) / kernel.lanes + 1));
  ProgressGate gate(progress, V.cols());
  const Problem problem{kernel, V, rows, sums, atoms, options, gate};
  tbb::enumerable_thread_specific<TileSolver> solvers([&] { return TileSolver(problem); });
  tbb::parallel_for(std::size_t{0}, tiles.size(), [&](std::size_t i) {
    const Index first = static_cast<Index>(i) * kernel.lanes;
    tiles[i] = solvers.local().solve(first, result.H);
    gate.advance(std::min(kernel.lanes, V.cols() - first));
  });
  gate.finish();
  result.report = merge(tiles, options);
  return result;
}

}  // namespace nmfsep
