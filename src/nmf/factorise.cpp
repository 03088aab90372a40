#include "checks.hpp"
#include "em.hpp"
#include "loop.hpp"
#include "nmf/step/activation_update.hpp"
#include "nmf/step/dictionary_update.hpp"

namespace nmfsep {
namespace {

/// Lee & Seung's alternation: W with H held, then H with W held, until the cost stands still. The
/// update of H and the next one of W walk over V together, a block of frames after the other.
NmfReport alternate(Factors& factors, ProgressGate& gate) {
  const NmfOptions& options = factors.options;
  ActivationUpdate activations(factors, gate);
  DictionaryUpdate dictionary(factors, gate);
  const auto look = [&](const LoopPlace& place) {
    activations.prepare();
    dictionary.prepare(!place.last, place.looks);
    dictionary.slices.for_each_block([&](const SliceBlock& block) {
      if (place.iteration > 0) activations.update(block);
      dictionary.compute(block);
    });
    return place.looks ? dictionary.reduce_cost() : 0.0;
  };
  return iterate(options, gate, look, [&] {
    dictionary.reduce();
    dictionary.penalise_and_apply();
  });
}

}  // namespace

Factorisation factorise(const MatrixView& V, const MatrixView& fixed, const NmfOptions& options,
                        const ProgressCallback& progress) {
  options.validate();
  require_non_negative(V, "V");
  if (fixed.cols() > 0) {
    require_non_negative(fixed, "fixed");
    require_bins(fixed, V);
    require_unit_columns(fixed);
  }
  if (options.solver == Solver::em) return factorise_by_em(V, fixed, options, progress);
  ProgressGate gate(progress, options.iterations);
  Factors factors(V, fixed, options);
  NmfReport report = alternate(factors, gate);
  gate.finish();
  Matrix W = factors.W;
  W.leftCols(factors.fixed) = fixed;
  factors.H *= 1 / factors.scale;
  return {std::move(W), std::move(factors.H), std::move(report)};
}

Factorisation factorise(const MatrixView& V, const NmfOptions& options,
                        const ProgressCallback& progress) {
  return factorise(V, Matrix(V.rows(), 0), options, progress);
}

}  // namespace nmfsep
