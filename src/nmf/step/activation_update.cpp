#include "nmf/step/activation_update.hpp"

namespace nmfsep {

void ActivationUpdate::prepare() {
  sums_ = factors_.W.colwise().sum().transpose();
  const auto& penalty = factors_.options.penalty;
  if (!penalty) return;
  norms_ = factors_.norms();
  if (penalty->reach() == 0) return;
  const Matrix H = factors_.rescale.asDiagonal() * factors_.H;
  PenalisedActivations(*penalty, norms_, factors_.frames.frames())
      .gradient(H, negative_, positive_);
}

void ActivationUpdate::update(const SliceBlock& block) {
  const Index lanes = factors_.kernel.lanes;
  tbb::parallel_for(Index{0}, (block.last - block.first - 1) / lanes + 1, [&](Index i) {
    const Index first = block.first + i * lanes;
    update_tile(first, std::min(lanes, block.last - first));
    gate_.advance(0);
  });
}

void ActivationUpdate::update_tile(Index first, Index frames) {
  auto& [kernel, V, fixed_columns, fixed, options, scale, scales, W, H, rescale, workspaces] =
      factors_;
  Workspace& space = workspaces.local();
  const Index lanes = kernel.lanes;
  float* h = H.data() + first * H.rows();
  kernel.load(space.source(h, H.rows(), frames), 0, H.rows(), space.B.data());
  TileMap B(space.B.data(), H.rows(), lanes);
  B.array().colwise() *= rescale.array();

  TileProblem problem = space.problem();
  problem.source =
      spectrum(space.source(V.data() + first * V.outerStride(), V.outerStride(), frames, scale),
               options.divergence);
  problem.A = W.data();
  problem.rows = W.rows();
  problem.components = W.cols();
  kernel.compute(problem, options.divergence);
  TileMap denominator(problem.denominator, H.rows(), lanes);
  if (factors_.is_kl()) denominator.colwise() = sums_;
  if (options.penalty) penalise(first, frames, problem);
  kernel.apply(problem.numerator, problem.denominator, factors_.step(exponent()), B.size(),
               B.data());
  kernel.store(B.data(), H.rows(), {h, H.rows(), frames});
}

/// Adds the penalty's split gradient. Lanes beyond the last frame hold nothing that counts.
void ActivationUpdate::penalise(Index first, Index frames, TileProblem& problem) {
  const Index components = factors_.H.rows();
  const Index lanes = factors_.kernel.lanes;
  TileMap numerator(problem.numerator, components, lanes);
  TileMap denominator(problem.denominator, components, lanes);
  const Penalty& penalty = *factors_.options.penalty;
  if (penalty.reach() != 0) {
    numerator.leftCols(frames) += negative_.middleCols(first, frames);
    denominator.leftCols(frames) += positive_.middleCols(first, frames);
    return;
  }
  const auto& [scales, weights, totals] = factors_.frames;
  const auto lanes_of = [&](const Vector& all) {
    Vector some = Vector::Zero(lanes);
    some.head(frames) = all.segment(first, frames);
    return some;
  };
  penalty.add_gradient({TileView(problem.B, components, lanes),
                        norms_,
                        {lanes_of(scales), lanes_of(weights), lanes_of(totals)}},
                       {numerator, denominator});
}

double ActivationUpdate::exponent() const {
  const NmfOptions& options = factors_.options;
  return options.penalty ? update_exponent(options.divergence, options.penalty->powers())
                         : options.divergence.update_exponent();
}

}  // namespace nmfsep
