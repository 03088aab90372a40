#include "nmfsep/evaluation/bss_eval.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "evaluation/permutation.hpp"
#include "evaluation/projection.hpp"
#include "evaluation/ratio.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

void check(bool holds, const std::string& rule) {
  if (!holds) throw InvalidArgument(fmt::format("bss_eval: {}", rule));
}

void validate_signal(const Signal& signal, const Signal& first, const char* role, std::size_t i) {
  check(signal.rows() == first.rows(),
        fmt::format("{} {} has {} samples, reference 0 has {}; they must be equally long", role, i,
                    signal.rows(), first.rows()));
  check(signal.cols() == 1, fmt::format("{} {} has {} channels; only mono signals can be scored",
                                        role, i, signal.cols()));
  check(signal.allFinite(), fmt::format("{} {} holds NaN or infinity", role, i));
}

void validate_signals(std::span<const Signal> references, std::span<const Signal> estimates) {
  check(!references.empty(), "there is no reference");
  check(references.size() == estimates.size(),
        fmt::format("{} references but {} estimates; there must be one for each", references.size(),
                    estimates.size()));
  check(references[0].rows() > 0, "the references have no samples");
  for (std::size_t i = 0; i < references.size(); ++i) {
    validate_signal(references[i], references[0], "reference", i);
    validate_signal(estimates[i], references[0], "estimate", i);
  }
}

bool silent(const Signal& signal) { return (signal.array() == 0.0).all(); }

Signal side_by_side(const std::vector<const Signal*>& signals, Index rows) {
  Signal result(rows, static_cast<Index>(signals.size()));
  for (std::size_t i = 0; i < signals.size(); ++i) result.col(static_cast<Index>(i)) = *signals[i];
  return result;
}

/// An estimate as the sum of what one reference, the other references, and none explain.
struct Decomposition {
  Signal target, interference, artifacts;

  BssScore score() const {
    const Signal wanted = target + interference;
    return {.sdr = ratio_in_db(target.squaredNorm(), (interference + artifacts).squaredNorm()),
            .sir = ratio_in_db(target.squaredNorm(), interference.squaredNorm()),
            .sar = ratio_in_db(wanted.squaredNorm(), artifacts.squaredNorm())};
  }
};

/// One set of references against one set of estimates, with everything that pairs share.
class Evaluation {
 public:
  Evaluation(std::span<const Signal> references, std::span<const Signal> estimates, Index taps)
      : references_(references), estimates_(estimates), taps_(taps) {
    std::vector<const Signal*> audible;
    for (const Signal& reference : references)
      if (!silent(reference)) audible.push_back(&reference);
    if (audible.empty()) return;
    const Signal basis = side_by_side(audible, references[0].rows());
    for (const Signal& estimate : estimates)
      projections_.push_back(
          filtered(basis, projection_filters(correlate(basis, estimate, taps_))));
  }

  /// Estimate `i` scored against reference `j`.
  BssScore score(std::size_t j, std::size_t i) const {
    if (silent(references_[j]) || silent(estimates_[i])) return {};
    const Filters filters = projection_filters(correlate(references_[j], estimates_[i], taps_));
    Decomposition parts;
    parts.target = filtered(references_[j], filters);
    parts.interference = projections_[i] - parts.target;
    parts.artifacts = -projections_[i];
    parts.artifacts.topRows(estimates_[i].rows()) += estimates_[i];
    BssScore score = parts.score();
    if (references_.size() == 1) score.sir.reset();
    return score;
  }

 private:
  std::span<const Signal> references_;
  std::span<const Signal> estimates_;
  Index taps_;
  std::vector<Signal> projections_;  ///< [i]: estimate i projected on all references
};

/// Undefined pairs count as the worst there is, so that defined ones decide.
std::vector<Index> permutation_by_sir(const Evaluation& evaluation, std::size_t sources) {
  const auto count = static_cast<Index>(sources);
  Eigen::MatrixXd sir(count, count);
  for (Index j = 0; j < count; ++j)
    for (Index i = 0; i < count; ++i)
      sir(j, i) = evaluation.score(static_cast<std::size_t>(j), static_cast<std::size_t>(i))
                      .sir.value_or(-largest_score);
  return best_permutation(sir);
}

}  // namespace

void BssEvalOptions::validate() const {
  if (filter_length < 1 || filter_length > 65536)
    throw InvalidArgument(
        fmt::format("BssEvalOptions: filter_length = {}, must be from 1 to 65536", filter_length));
}

BssEvalResult bss_eval(std::span<const Signal> references, std::span<const Signal> estimates,
                       const BssEvalOptions& options) {
  options.validate();
  validate_signals(references, estimates);
  const Evaluation evaluation(references, estimates, options.filter_length);
  BssFrame frame;
  frame.permutation.resize(references.size());
  std::iota(frame.permutation.begin(), frame.permutation.end(), Index{0});
  if (options.permute) frame.permutation = permutation_by_sir(evaluation, references.size());
  for (std::size_t j = 0; j < references.size(); ++j)
    frame.sources.push_back(evaluation.score(j, static_cast<std::size_t>(frame.permutation[j])));
  return {{frame}};
}

}  // namespace nmfsep
