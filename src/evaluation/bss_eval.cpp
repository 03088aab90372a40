#include "nmfsep/evaluation/bss_eval.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "evaluation/decomposition.hpp"
#include "evaluation/parallel.hpp"
#include "evaluation/permutation.hpp"
#include "evaluation/ratio.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr double ill_conditioned_below = 1e-13;

/// Frames with filters of their own that are read and scored at once.
constexpr std::size_t frames_at_once = 8;

std::vector<Frame> frames_of(Index samples, const std::optional<Framing>& framing) {
  if (!framing || framing->window >= samples) return {{0, samples}};
  const auto after_first = static_cast<double>(samples - framing->window);
  const auto count = static_cast<Index>(std::floor(after_first / framing->hop)) + 1;
  std::vector<Frame> frames;
  for (Index t = 0; t < count; ++t)
    frames.push_back(
        {static_cast<Index>(std::floor(static_cast<double>(t) * framing->hop)), framing->window});
  return frames;
}

Index audible_references(const std::vector<std::vector<Energies>>& energies) {
  Index audible = 0;
  for (const auto& row : energies) audible += row.front().reference > 0.0 ? 1 : 0;
  return audible;
}

bool anything_silent(const std::vector<std::vector<Energies>>& energies) {
  for (const auto& row : energies)
    for (const Energies& pair : row)
      if (pair.reference <= 0.0 || pair.estimate <= 0.0) return true;
  return false;
}

BssScore score_of(const Energies& energies, BssCriteria criteria) {
  if (energies.reference <= 0.0 || energies.estimate <= 0.0) return {};
  BssScore score;
  if (criteria == BssCriteria::images) {
    score.sdr = ratio_in_db(energies.reference, energies.error);
    score.isr = ratio_in_db(energies.reference, energies.spatial);
  } else {
    score.sdr = ratio_in_db(energies.target, energies.residual);
  }
  score.sir = ratio_in_db(energies.target, energies.interference);
  score.sar = ratio_in_db(energies.explained, energies.artifacts);
  return score;
}

/// Frames that share their filters, from correlations to scores.
class Evaluation {
 public:
  Evaluation(const Layout& layout, const BssEvalOptions& options)
      : layout_(layout),
        options_(options),
        candidates_(options.permute ? everyone(layout.sources) : each_its_own(layout.sources)) {}

  std::vector<BssFrame> scores(ChannelSource& source, const std::vector<Frame>& frames) const {
    const Correlations correlations =
        correlate(source, layout_.reference_channels(), options_.filter_length);
    const Projections projections = project_all(correlations, layout_, candidates_);
    const EnergyTable table = measure(source, layout_, frames, projections);
    const BssFrame common = reliability(projections, source.samples());
    std::vector<std::vector<std::vector<BssScore>>> pairs;
    for (const auto& energies : table) pairs.push_back(pair_scores(energies, common));
    const std::vector<Index> permutation = best_assignment(pairs);

    std::vector<BssFrame> result(frames.size(), common);
    for (std::size_t f = 0; f < frames.size(); ++f) {
      result[f].first = frames[f].first;
      result[f].samples = frames[f].samples;
      result[f].permutation = permutation;
      for (std::size_t j = 0; j < candidates_.size(); ++j)
        result[f].sources.push_back(
            pairs[f][j][options_.permute ? static_cast<std::size_t>(permutation[j]) : 0]);
    }
    return result;
  }

 private:
  /// What the filters say of how far their scores can be trusted.
  BssFrame reliability(const Projections& projections, Index samples) const {
    Index dependent_within_sources = 0;
    for (const Projection& own : projections.own)
      dependent_within_sources += own.dependent_channels;
    // Channels of one source may well be alike; it is sources that should differ.
    const bool dependent = projections.all.dependent_channels > dependent_within_sources;
    const auto unknowns =
        static_cast<Index>(projections.all.channels.size()) * options_.filter_length;
    BssFrame frame;
    frame.conditioning = dependent ? 0.0 : projections.all.conditioning;
    frame.ill_conditioned = frame.conditioning < ill_conditioned_below;
    frame.underdetermined = unknowns >= samples + options_.filter_length - 1;
    return frame;
  }

  std::vector<std::vector<BssScore>> pair_scores(const std::vector<std::vector<Energies>>& energies,
                                                 const BssFrame& common) const {
    const bool undefined = options_.undefined_together && anything_silent(energies);
    const bool interference = audible_references(energies) > 1 && !common.underdetermined;
    std::vector<std::vector<BssScore>> scores;
    for (const auto& row : energies) {
      scores.emplace_back(row.size());
      for (std::size_t k = 0; k < row.size() && !undefined; ++k) {
        BssScore& score = scores.back()[k] = score_of(row[k], options_.criteria);
        if (!interference) score.sir.reset();
        if (common.underdetermined) score.sar.reset();
      }
    }
    return scores;
  }

  /// The assignment with the best SIR over all frames in which it is defined.
  std::vector<Index> best_assignment(
      const std::vector<std::vector<std::vector<BssScore>>>& pairs) const {
    std::vector<Index> identity(candidates_.size());
    std::iota(identity.begin(), identity.end(), Index{0});
    if (!options_.permute) return identity;
    Eigen::MatrixXd gain = Eigen::MatrixXd::Zero(layout_.sources, layout_.sources);
    for (Index j = 0; j < layout_.sources; ++j)
      for (Index i = 0; i < layout_.sources; ++i) {
        double count = 0.0;
        for (const auto& frame : pairs)
          if (const Score& sir =
                  frame[static_cast<std::size_t>(j)][static_cast<std::size_t>(i)].sir) {
            gain(j, i) += *sir;
            count += 1.0;
          }
        gain(j, i) = count > 0.0 ? gain(j, i) / count : -largest_score;
      }
    return best_permutation(gain);
  }

  Layout layout_;
  const BssEvalOptions& options_;
  Candidates candidates_;
};

/// Frames with filters of their own are signals of their own.
std::vector<BssFrame> score_separately(ChannelSource& source, const std::vector<Frame>& frames,
                                       const Evaluation& evaluation) {
  std::vector<BssFrame> result(frames.size());
  for (std::size_t start = 0; start < frames.size(); start += frames_at_once) {
    const std::size_t end = std::min(start + frames_at_once, frames.size());
    std::vector<Signal> signals;
    for (std::size_t f = start; f < end; ++f)
      signals.push_back(source.stretch(frames[f].first, frames[f].samples));
    parallel_for(start, end, [&](std::size_t f) {
      MatrixSource frame(std::move(signals[f - start]));
      result[f] = evaluation.scores(frame, {{0, frames[f].samples}}).front();
      result[f].first = frames[f].first;
    });
  }
  return result;
}

}  // namespace

void BssEvalOptions::validate() const {
  if (filter_length < 1 || filter_length > 65536)
    throw InvalidArgument(
        fmt::format("BssEvalOptions: filter_length = {}, must be from 1 to 65536", filter_length));
  if (framing && framing->window < 1)
    throw InvalidArgument(
        fmt::format("BssEvalOptions: window = {}, must be at least 1 sample", framing->window));
  if (framing && !(framing->hop >= 1.0 && std::isfinite(framing->hop)))
    throw InvalidArgument(
        fmt::format("BssEvalOptions: hop = {}, must be at least 1 sample", framing->hop));
}

BssEvalResult bss_eval(std::span<SignalReader* const> references,
                       std::span<SignalReader* const> estimates, const BssEvalOptions& options) {
  options.validate();
  const Layout layout = validated_layout("bss_eval", references, estimates);
  std::vector<SignalReader*> readers(references.begin(), references.end());
  readers.insert(readers.end(), estimates.begin(), estimates.end());
  ReaderSource source(std::move(readers));
  const Evaluation evaluation(layout, options);
  const std::vector<Frame> frames = frames_of(source.samples(), options.framing);
  if (options.filters == BssFilters::per_frame && frames.size() > 1)
    return {score_separately(source, frames, evaluation)};
  return {evaluation.scores(source, frames)};
}

BssEvalResult bss_eval(std::span<const Signal> references, std::span<const Signal> estimates,
                       const BssEvalOptions& options) {
  const MatrixReaders reference_readers("reference", references);
  const MatrixReaders estimate_readers("estimate", estimates);
  return bss_eval(reference_readers.pointers(), estimate_readers.pointers(), options);
}

}  // namespace nmfsep
