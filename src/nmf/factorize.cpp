#include "activation_update.hpp"
#include "checks.hpp"
#include "dictionary_update.hpp"

namespace nmfsep {
namespace {

bool converged(const NmfReport& report, double tolerance) {
  if (tolerance == 0 || report.cost.size() < 2) return false;
  const double before = report.cost[report.cost.size() - 2].cost;
  return before - report.cost.back().cost <= tolerance * before;
}

/// Lee & Seung's alternation: W with H held, then H with W held, until the cost stands still. The
/// update of H and the next one of W walk over V together, a block of frames after the other.
NmfReport alternate(Factors& factors, ProgressGate& gate) {
  const NmfOptions& options = factors.options;
  ActivationUpdate activations(factors, gate);
  DictionaryUpdate dictionary(factors, gate);
  NmfReport report;
  for (int iteration = 0;; ++iteration) {
    const bool last = iteration == options.iterations;
    const bool check = last || iteration % check_interval == 0;
    activations.prepare();
    dictionary.prepare(!last, check);
    dictionary.slices.for_each_block([&](const SliceBlock& block) {
      if (iteration > 0) activations.update(block);
      dictionary.compute(block);
    });
    if (iteration > 0) gate.advance(1);
    if (check) report.cost.push_back({iteration, dictionary.reduce_cost()});
    if (check) gate.set_cost(report.cost.back().cost);
    report.iterations = iteration;
    if (check && converged(report, options.tolerance)) report.termination = Termination::tolerance;
    if (last || report.termination == Termination::tolerance) return report;
    dictionary.reduce();
    dictionary.penalise_and_apply();
  }
}

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
  ProgressGate gate(progress, options.iterations);
  Factors factors(V, fixed, options);
  NmfReport report = alternate(factors, gate);
  gate.finish();
  Matrix W = factors.W;
  W.leftCols(factors.fixed) = fixed;
  factors.H *= 1 / factors.scale;
  return {std::move(W), std::move(factors.H), std::move(report)};
}

Factorization factorize(const MatrixView& V, const NmfOptions& options,
                        const ProgressCallback& progress) {
  return factorize(V, Matrix(V.rows(), 0), options, progress);
}

}  // namespace nmfsep
