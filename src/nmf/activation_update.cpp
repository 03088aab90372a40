#include "activation_update.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>

namespace nmfsep {
namespace {

/// What all tiles of an update need to know of W.
struct Dictionary {
  Vector sums;  // of the columns: KL's denominator
  Penalty::Atoms atoms;
};

void update_tile(Factors& factors, const Dictionary& dictionary, Index first) {
  auto& [kernel, V, fixed_columns, fixed, options, scale, W, H, rescale, workspaces] = factors;
  Workspace& space = workspaces.local();
  const Index lanes = kernel.lanes;
  const Index frames = std::min(lanes, V.cols() - first);
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
  if (factors.is_kl()) denominator.colwise() = dictionary.sums;
  if (options.penalty)
    options.penalty->add_gradient(dictionary.atoms, TileView(B.data(), H.rows(), lanes),
                                  Vector::Constant(lanes, factors.penalty_weight()),
                                  TileMap(problem.numerator, H.rows(), lanes), denominator);
  kernel.apply(problem.numerator, problem.denominator,
               static_cast<float>(options.divergence.update_exponent()), B.size(), B.data());
  kernel.store(B.data(), H.rows(), {h, H.rows(), frames});
}

}  // namespace

void update_activations(Factors& factors, ProgressGate& gate) {
  Dictionary dictionary;
  dictionary.sums = factors.W.colwise().sum().transpose();
  if (factors.options.penalty) dictionary.atoms = factors.atoms();
  const Index lanes = factors.kernel.lanes;
  tbb::parallel_for(Index{0}, (factors.V.cols() - 1) / lanes + 1, [&](Index i) {
    update_tile(factors, dictionary, i * lanes);
    gate.advance(0);
  });
}

}  // namespace nmfsep
