#include "nmf/step/activation_update.hpp"

namespace nmfsep {

void ActivationUpdate::prepare() {
  sums_ = factors_.W.colwise().sum().transpose();
  if (factors_.options.penalty) atoms_ = factors_.atoms();
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
  auto& [kernel, V, fixed_columns, fixed, options, scale, W, H, rescale, workspaces] = factors_;
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
  if (options.penalty)
    options.penalty->add_gradient(atoms_, TileView(B.data(), H.rows(), lanes),
                                  Vector::Constant(lanes, factors_.penalty_weight()),
                                  TileMap(problem.numerator, H.rows(), lanes), denominator);
  kernel.apply(problem.numerator, problem.denominator,
               factors_.step(options.divergence.update_exponent()), B.size(), B.data());
  kernel.store(B.data(), H.rows(), {h, H.rows(), frames});
}

}  // namespace nmfsep
