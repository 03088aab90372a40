#include <fmt/format.h>

#include <utility>

#include "checks.hpp"
#include "em.hpp"
#include "loop.hpp"
#include "nmf/step/activation_update.hpp"
#include "nmf/step/dictionary_update.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/shared.hpp"

namespace nmfsep {
namespace {

/// Lee & Seung's alternation: W with H held, then H with W held, until the cost stands still. The
/// update of H and the next one of W walk over V together, a block of frames after the other.
template <typename After>
NmfReport alternate(Factors& factors, ProgressGate& gate, FrameSlices slices, NmfReport before,
                    const After& after) {
  const NmfOptions& options = factors.options;
  ActivationUpdate activations(factors, gate);
  DictionaryUpdate dictionary(factors, gate, std::move(slices));
  const auto look = [&](const LoopPlace& place) {
    activations.prepare();
    dictionary.prepare(!place.last, place.looks);
    dictionary.slices.for_each_block(
        [&](const SliceBlock& block) {
          if (place.iteration > 0) activations.update(block);
          dictionary.compute(block);
        },
        [&](const SliceSum& sum) { dictionary.add(sum); });
    return place.looks ? dictionary.reduce_cost() : 0.0;
  };
  const auto update = [&](const NmfReport& report) {
    dictionary.reduce();
    dictionary.penalise_and_apply();
    after(report);
  };
  return iterate(options, gate, look, update, std::move(before));
}

Factorisation result_of(Factors& factors, NmfReport report) {
  Matrix W = factors.W;
  W.leftCols(factors.fixed) = factors.fixed_columns;
  factors.H *= 1 / factors.scale;
  return {std::move(W), std::move(factors.H), std::move(report)};
}

void require_shareable(const MatrixView& V, const SharedFrames& frames, const NmfOptions& options) {
  options.validate();
  if (options.penalty)
    throw InvalidArgument(
        fmt::format("penalty = {}, must be none in a shared job", options.penalty->describe()));
  if (options.solver == Solver::em)
    throw InvalidArgument("solver = em, must be another in a shared job");
  if (V.cols() > 0) require_non_negative(V, "V");
  Index sum = 0;
  for (const FrameBlock& block : frames.blocks) sum += block.frames;
  if (sum != V.cols() || frames.sums.empty() != frames.blocks.empty())
    throw InvalidArgument(
        fmt::format("blocks of {} frames in all, must be those of V, {}", sum, V.cols()));
}

/// Takes up what was left. Answers what was reported until then.
NmfReport resume(Factors& factors, SharedState state) {
  const auto require = [](bool rule, const char* what) {
    if (!rule)
      throw InvalidArgument(fmt::format("{} of the state to resume: not this job's", what));
  };
  require(state.W.rows() == factors.W.rows() && state.W.cols() == factors.W.cols(), "W");
  require(state.H.rows() == factors.H.rows() && state.H.cols() == factors.H.cols(), "H");
  require(state.rescale.size() == factors.rescale.size(), "rescale");
  require(!state.report.cost.empty() && state.report.iterations < factors.options.iterations,
          "report");
  factors.W = state.W;
  factors.H = std::move(state.H);
  factors.rescale = std::move(state.rescale);
  return std::move(state.report);
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
  ProgressGate gate(progress, "factorise", options.iterations);
  Factors factors(V, fixed, options);
  NmfReport report = alternate(factors, gate, FrameSlices(V.cols(), factors.W.cols()), {},
                               [](const NmfReport&) {});
  gate.finish();
  return result_of(factors, std::move(report));
}

Factorisation factorise_shared(const MatrixView& V, const SharedFrames& frames,
                               const NmfOptions& options, SharedJob job,
                               const ProgressCallback& progress) {
  require_shareable(V, frames, options);
  ProgressGate gate(progress, "factorise", options.iterations);
  const Matrix none(V.rows(), 0);
  const MatrixView fixed = none;
  Factors factors(V, fixed, options, &frames);
  NmfReport before;
  if (job.resume) before = resume(factors, std::move(*job.resume));
  const auto after = [&](const NmfReport& report) {
    if (!job.after) return;
    const Matrix W = factors.W;
    job.after({W, factors.H, factors.rescale, report});
  };
  NmfReport report = alternate(factors, gate, FrameSlices(frames), std::move(before), after);
  gate.finish();
  return result_of(factors, std::move(report));
}

Factorisation factorise(const MatrixView& V, const NmfOptions& options,
                        const ProgressCallback& progress) {
  return factorise(V, Matrix(V.rows(), 0), options, progress);
}

}  // namespace nmfsep
