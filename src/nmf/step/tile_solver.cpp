#include "nmf/step/tile_solver.hpp"

#include <algorithm>
#include <cmath>

#include "nmf/loop.hpp"

namespace nmfsep {

NmfReport merge(const std::vector<TileReport>& tiles, int iterations) {
  NmfReport report;
  bool all_converged = true;
  std::size_t samples = 0;
  for (const TileReport& tile : tiles) {
    report.iterations = std::max(report.iterations, tile.iterations);
    all_converged = all_converged && tile.all_converged;
    samples = std::max(samples, tile.cost.size());
  }
  for (std::size_t i = 0; i < samples; ++i) {
    CostSample sample{std::min(static_cast<int>(i) * check_interval, iterations), 0};
    for (const TileReport& tile : tiles)
      sample.cost += tile.cost[std::min(i, tile.cost.size() - 1)];
    report.cost.push_back(sample);
  }
  report.termination = all_converged ? Termination::tolerance : Termination::iterations;
  return report;
}

TileSolver::TileSolver(const Kernel& kernel, const NmfOptions& options, ProgressGate& gate,
                       TileSize most)
    : kernel_(kernel),
      options_(options),
      gate_(gate),
      lanes_(kernel.lanes),
      space_(kernel, most.components),
      X_(in_whole_runs(most.rows) * lanes_),
      first_(most.components * lanes_),
      second_(most.components * lanes_),
      third_(most.components * lanes_),
      scales_(lanes_),
      weights_(lanes_),
      totals_(lanes_),
      frames_(static_cast<std::size_t>(lanes_)) {}

void TileSolver::load(const MatrixView& V, Index first) {
  frames_in_V_ = V.cols();
  for (Index lane = 0; lane < lanes_; ++lane) {
    const Index column = first + lane;
    const bool active = column < V.cols();
    const double sum = active ? V.col(column).cast<double>().sum() : 0;
    const float scale = scale_for(sum / static_cast<double>(V.rows()));
    at(lane) = {active, column, scale, sum * scale, 0, 0};
    space_.scales.data()[lane] = scale;
    scales_(lane) = scale;
    weights_(lane) = static_cast<float>(std::pow(scale, options_.divergence.beta - 1));
    totals_(lane) = static_cast<float>(at(lane).sum);
  }
  LaneSource source{V.data() + first * V.outerStride(), V.outerStride()};
  source.lanes = std::min(lanes_, V.cols() - first);
  source.scales = space_.scales.data();
  kernel_.load(spectrum(source, options_.divergence), 0, V.rows(), X_.data());
}

void TileSolver::start_uniformly() {
  const Index components = atoms_.components;
  for (Index lane = 0; lane < lanes_; ++lane)
    for (Index k = 0; k < components; ++k)
      space_.B.data()[k * lanes_ + lane] =
          static_cast<float>(at(lane).sum / static_cast<double>(components));
}

void TileSolver::use(const TileAtoms& atoms, const float* X) {
  atoms_ = atoms;
  explained_ = X;
  reset_denominator();
}

void TileSolver::store(Index lane, Matrix& H) const {
  for (Index k = 0; k < H.rows(); ++k)
    H(k, column(lane)) = space_.B.data()[k * lanes_ + lane] / scale(lane);
}

TileReport TileSolver::run(int updates, const Hooks& hooks) {
  TileReport report;
  for (int iteration = 0;; ++iteration) {
    const bool check = hooks.stops && (iteration % check_interval == 0 || iteration == updates);
    const int phase = extrapolation_phase(iteration, updates);
    if (hooks.rest && phase <= 0) hooks.rest();
    if (iteration == updates && !check) break;
    const bool known = check || iteration == 0;  // the cost of a point that no extrapolation led to
    compute(iteration == 0, known || phase == 2);
    if (known) take_incumbents();
    if (check) report.cost.push_back(rest_converged(iteration, hooks));
    report.iterations = iteration;
    report.all_converged =
        std::none_of(frames_.begin(), frames_.end(), [](const Frame& f) { return f.active; });
    if (report.all_converged || iteration == updates) break;
    step(phase);
    if (lanes_ > 1) gate_.advance(0);  // a single frame is done in no time
  }
  if (hooks.keep)
    for (Index lane = 0; lane < lanes_; ++lane)
      if (at(lane).active) hooks.keep(lane);
  return report;
}

/// 0, 1, 2 within an extrapolation; −1 for a plain update. Three extrapolations and a plain
/// update make ten, so that checks fall between them.
int TileSolver::extrapolation_phase(int iteration, int updates) const {
  const int place = iteration % check_interval;
  const int start = iteration - place % 3;
  const bool fits = place < 9 && start + 3 <= updates;
  return options_.solver == Solver::squarem && fits ? place % 3 : -1;
}

/// KL's is Wᵀ·1. Only a penalty changes it.
void TileSolver::reset_denominator() {
  if (options_.divergence.beta == 1)
    TileMap(space_.denominator.data(), atoms_.components, lanes_).colwise() =
        Eigen::Map<const Vector>(atoms_.sums, atoms_.components);
}

void TileSolver::compute(bool first, bool with_cost) {
  TileProblem tile = space_.problem();
  tile.X = explained_;
  tile.A = atoms_.W;
  tile.rows = atoms_.rows;
  tile.components = atoms_.components;
  tile.cost = with_cost ? space_.cost.data() : nullptr;
  // Euclidean's numerator is Wᵀ·V.
  tile.keep_numerator = options_.divergence.beta == 2 && !first && !penalised();
  kernel_.compute(tile, options_.divergence);
  if (penalised()) penalise(with_cost);
}

void TileSolver::penalise(bool with_cost) {
  const Index components = atoms_.components;
  reset_denominator();
  const PenaltyTile tile{
      TileView(space_.B.data(), components, lanes_), *atoms_.norms, {scales_, weights_, totals_}};
  options_.penalty->add_gradient(tile, {TileMap(space_.numerator.data(), components, lanes_),
                                        TileMap(space_.denominator.data(), components, lanes_)});
  if (with_cost)
    options_.penalty->add_cost(tile, Eigen::Map<Eigen::VectorXd>(space_.cost.data(), lanes_));
}

double TileSolver::exponent() const {
  return penalised() ? update_exponent(options_.divergence, options_.penalty->powers())
                     : options_.divergence.update_exponent();
}

void TileSolver::apply() {
  const Divergence& divergence = options_.divergence;
  const double relaxation = options_.solver == Solver::over_relaxed ? divergence.relaxation() : 1;
  const Step step{static_cast<float>(exponent()), static_cast<float>(relaxation)};
  kernel_.apply(space_.numerator.data(), space_.denominator.data(), step, size(), space_.B.data());
}

/// Squared extrapolation: from x₀, x₁ = step(x₀), x₂ = step(x₁) to x′, from which a plain step
/// follows where x′ is no worse than the last point whose cost is known, before x₀; elsewhere x₂ it
/// is.
void TileSolver::step(int phase) {
  float* B = space_.B.data();
  if (phase == 0) std::copy_n(B, size(), first_.data());
  if (phase == 1) std::copy_n(B, size(), second_.data());
  apply();
  if (phase == 1) {
    std::copy_n(B, size(), third_.data());
    kernel_.extrapolate(first_.data(), second_.data(), atoms_.components, B);
  }
  if (phase == 2) reject_worse();
}

void TileSolver::take_incumbents() {
  for (std::size_t lane = 0; lane < frames_.size(); ++lane)
    frames_[lane].incumbent = space_.cost[lane];
}

void TileSolver::reject_worse() {
  for (Index lane = 0; lane < lanes_; ++lane) {
    const double cost = space_.cost[static_cast<std::size_t>(lane)];
    if (cost <= at(lane).incumbent)
      at(lane).incumbent = cost;
    else
      for (Index i = lane; i < size(); i += lanes_) space_.B.data()[i] = third_.data()[i];
  }
}

/// Keeps the frames that gained less than the tolerance since the last check. The tile's cost.
double TileSolver::rest_converged(int iteration, const Hooks& hooks) {
  double total = 0;
  for (Index lane = 0; lane < lanes_; ++lane) {
    Frame& f = at(lane);
    const double cost = space_.cost[static_cast<std::size_t>(lane)];
    if (f.active) {
      const bool converged = iteration > 0 && stands_still(f.cost, cost, options_.tolerance);
      f.cost = cost;
      f.active = !converged;
      if (converged) hooks.keep(lane);
    }
    if (f.column < frames_in_V_) total += f.cost / std::pow(f.scale, options_.divergence.beta);
  }
  return total;
}

}  // namespace nmfsep
