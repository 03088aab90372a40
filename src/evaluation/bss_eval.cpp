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
#include "nmfsep/evaluation/summary.hpp"

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

/// Leaves no scores in frames in which a source is silent that sounds in others.
void undefine_together(std::vector<BssFrame>& frames) {
  const auto sounds_somewhere = [&](std::size_t j) {
    return std::any_of(frames.begin(), frames.end(),
                       [&](const BssFrame& frame) { return !frame.sources[j].silent; });
  };
  std::vector<bool> sounds;
  for (std::size_t j = 0; j < frames[0].sources.size(); ++j) sounds.push_back(sounds_somewhere(j));
  for (BssFrame& frame : frames) {
    bool undefined = false;
    for (std::size_t j = 0; j < sounds.size(); ++j)
      undefined = undefined || (sounds[j] && frame.sources[j].silent);
    for (BssScore& score : frame.sources) {
      const bool silent = score.silent;
      if (undefined) score = BssScore();
      score.silent = silent;
    }
  }
}

/// Whether the projections can be what they are called: what they explain has no more energy than
/// what there is.
bool is_projection(const Energies& energies) {
  constexpr double rounding = 1e-6;
  const double most = (1.0 + rounding) * energies.estimate;
  return energies.target <= most && energies.explained <= most;
}

/// Whether what the filters add at the edges of frames, where the references end all at once,
/// outweighs all that they explain.
bool edges_outweigh(const EnergyTable& table) {
  for (std::size_t j = 0; j < table[0].size(); ++j)
    for (std::size_t k = 0; k < table[0][j].size(); ++k) {
      Energies sum;
      for (const auto& frame : table) sum += frame[j][k];
      if (std::max(sum.target, sum.explained) > 2.0 * sum.estimate) return true;
    }
  return false;
}

/// Whether the filters are fitted to the very samples that are scored.
bool is_whole(const ChannelSource& source, const std::vector<Frame>& frames) {
  return frames.size() == 1 && frames[0].samples == source.samples();
}

/// What of a score is to be had.
struct BssTrust {
  bool own = true;           ///< the projection on the reference
  bool all = true;           ///< that on all references
  bool interference = true;  ///< another reference sounds
};

BssScore score_of(const Energies& energies, BssCriteria criteria, const BssTrust& trust) {
  BssScore score;
  score.silent = energies.reference <= 0.0 || energies.estimate <= 0.0;
  if (score.silent) return score;
  if (criteria == BssCriteria::images) {
    score.sdr = ratio_in_db(energies.reference, energies.error);
    if (trust.own) score.isr = ratio_in_db(energies.reference, energies.spatial);
  } else if (trust.own) {
    score.sdr = ratio_in_db(energies.target, energies.residual);
  }
  if (trust.own && trust.all && trust.interference)
    score.sir = ratio_in_db(energies.target, energies.interference);
  if (trust.all) score.sar = ratio_in_db(energies.explained, energies.artifacts);
  return score;
}

/// Frames that share their filters, from correlations to scores.
class Evaluation {
 public:
  Evaluation(const Layout& layout, const BssEvalOptions& options)
      : layout_(layout),
        options_(options),
        candidates_(options.permute ? everyone(layout.sources, layout.estimates)
                                    : each_its_own(layout.sources)) {}

  std::vector<BssFrame> scores(ChannelSource& source, const std::vector<Frame>& frames) const {
    Projections projections = project_all(source, layout_, candidates_, options_.filter_length);
    std::optional<std::vector<Index>> permutation;
    if (options_.permute && is_whole(source, frames))
      permutation = assignment_by_correlations(projections);
    // To measure one pair a reference takes a fraction of the time that all pairs take.
    if (permutation) projections = assigned(std::move(projections), *permutation);
    BssFrame common = reliability(projections, source.samples());
    const EnergyTable table = energies(source, frames, projections, common);
    std::vector<std::vector<std::vector<BssScore>>> pairs;
    for (const auto& frame : table)
      pairs.push_back(pair_scores(frame, projections, common, is_whole(source, frames)));
    if (!permutation) permutation = best_assignment(pairs);

    std::vector<BssFrame> result(frames.size(), common);
    for (std::size_t f = 0; f < frames.size(); ++f) {
      result[f].first = frames[f].first;
      result[f].samples = frames[f].samples;
      result[f].permutation = *permutation;
      for (std::size_t j = 0; j < candidates_.size(); ++j) {
        const std::vector<BssScore>& row = pairs[f][j];
        const auto estimate = static_cast<std::size_t>((*permutation)[j]);
        result[f].sources.push_back(row.size() == 1 ? row.front() : row[estimate]);
      }
    }
    return result;
  }

 private:
  /// Says in `common` how the frames were cut.
  EnergyTable energies(ChannelSource& source, const std::vector<Frame>& frames,
                       const Projections& projections, BssFrame& common) const {
    const auto of = [&](Surroundings surroundings) {
      return measure(source, layout_, frames, projections, surroundings);
    };
    const bool whole = is_whole(source, frames);
    common.cut_from_whole = !whole && projections.all.conditioning < ill_conditioned_below;
    if (common.cut_from_whole) return of(Surroundings::signal);
    EnergyTable table = of(Surroundings::silence);
    common.cut_from_whole = !whole && edges_outweigh(table);
    return common.cut_from_whole ? of(Surroundings::signal) : table;
  }

  /// What the filters say of how far their scores can be trusted.
  BssFrame reliability(const Projections& projections, Index samples) const {
    Index dependent_within_sources = 0;
    for (const Projection& own : projections.own)
      dependent_within_sources += own.dependent_channels;
    // Channels of one source may well be alike; it is sources that should differ.
    const bool dependent = projections.all.dependent_channels > dependent_within_sources;
    BssFrame frame;
    frame.conditioning = dependent ? 0.0 : projections.all.conditioning;
    frame.ill_conditioned = frame.conditioning < ill_conditioned_below;
    const Index taps = options_.filter_length;
    const auto unknowns = static_cast<Index>(projections.all.channels.size()) * taps;
    frame.underdetermined = unknowns >= samples + taps - 1;
    return frame;
  }

  std::vector<std::vector<BssScore>> pair_scores(const std::vector<std::vector<Energies>>& energies,
                                                 const Projections& projections,
                                                 const BssFrame& common, bool whole) const {
    BssTrust trust{.interference = audible_references(energies) > 1};
    std::vector<std::vector<BssScore>> scores;
    for (std::size_t j = 0; j < energies.size(); ++j) {
      scores.emplace_back(energies[j].size());
      for (std::size_t k = 0; k < energies[j].size(); ++k) {
        const bool refuted = whole && !is_projection(energies[j][k]);
        trust.own = projections.own[j].solved && !refuted;
        trust.all = projections.all.solved && !common.underdetermined && !refuted;
        scores.back()[k] = score_of(energies[j][k], options_.criteria, trust);
      }
    }
    return scores;
  }

  /// The assignment with the best mean of SIR where the filters are fitted to what is scored, from
  /// what their products with the correlations say that they explain. Nothing where that is not
  /// exact enough to tell: a silent signal, equations not solved in doubles, an SIR beyond 60 dB,
  /// or a single reference.
  std::optional<std::vector<Index>> assignment_by_correlations(
      const Projections& projections) const {
    constexpr double least_interference = 1e-6;  ///< of what all references explain
    const auto energy = [&](const Projection& projection, Index estimate) {
      return projection.explained.segment(estimate * layout_.channels, layout_.channels).sum();
    };
    if (layout_.sources == 1 || projections.all.explained.size() == 0) return {};
    Eigen::MatrixXd gain(layout_.sources, layout_.estimates);
    for (Index j = 0; j < layout_.sources; ++j) {
      const Projection& own = projections.own[static_cast<std::size_t>(j)];
      if (own.explained.size() == 0) return {};
      for (Index i = 0; i < layout_.estimates; ++i) {
        const double target = energy(own, i);
        const double all = energy(projections.all, i);
        if (!(target > 0.0 && all - target > least_interference * all)) return {};
        gain(j, i) = ratio_in_db(target, all - target);
      }
    }
    return best_permutation(gain);
  }

  /// The assignment with the best mean of SIR over all frames in which it is defined, or of SDR
  /// where no other reference sounds.
  std::vector<Index> best_assignment(
      const std::vector<std::vector<std::vector<BssScore>>>& pairs) const {
    std::vector<Index> identity(candidates_.size());
    std::iota(identity.begin(), identity.end(), Index{0});
    if (!options_.permute) return identity;
    Eigen::MatrixXd gain = Eigen::MatrixXd::Zero(layout_.sources, layout_.estimates);
    for (Index j = 0; j < layout_.sources; ++j)
      for (Index i = 0; i < layout_.estimates; ++i) {
        std::vector<Score> scores;
        for (const auto& frame : pairs) {
          const BssScore& score = frame[static_cast<std::size_t>(j)][static_cast<std::size_t>(i)];
          scores.push_back(layout_.sources > 1 ? score.sir : score.sdr);
        }
        gain(j, i) = summarise(scores, Statistic::mean).value_or(-largest_score);
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
  const Layout layout = options.permute
                            ? validated_layout_to_assign("bss_eval", references, estimates)
                            : validated_layout("bss_eval", references, estimates);
  std::vector<SignalReader*> readers(references.begin(), references.end());
  readers.insert(readers.end(), estimates.begin(), estimates.end());
  ReaderSource source(std::move(readers));
  const Evaluation evaluation(layout, options);
  const std::vector<Frame> frames = frames_of(source.samples(), options.framing);
  const bool separately = options.filters == BssFilters::per_frame && frames.size() > 1;
  BssEvalResult result{separately ? score_separately(source, frames, evaluation)
                                  : evaluation.scores(source, frames)};
  if (options.undefined_together) undefine_together(result.frames);
  return result;
}

BssEvalResult bss_eval(std::span<const Signal> references, std::span<const Signal> estimates,
                       const BssEvalOptions& options) {
  const MatrixReaders reference_readers("reference", references);
  const MatrixReaders estimate_readers("estimate", estimates);
  return bss_eval(reference_readers.pointers(), estimate_readers.pointers(), options);
}

}  // namespace nmfsep
