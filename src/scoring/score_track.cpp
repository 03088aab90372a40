#include "nmfsep/scoring/score_track.hpp"

#include <algorithm>
#include <set>

#include "nmfsep/core/errors.hpp"
#include "scoring/estimate_scores.hpp"
#include "scoring/oracle_signals.hpp"
#include "scoring/track_warnings.hpp"

namespace nmfsep {
namespace {

/// The mixture once for each reference, as if it were the estimate.
std::vector<std::unique_ptr<FileSignal>> mixtures(const TrackSignals& signals) {
  std::vector<std::unique_ptr<FileSignal>> copies;
  for (std::size_t j = 0; j < signals.references.size(); ++j)
    copies.push_back(signals.mixture->reopened());
  return copies;
}

Values improvements(const Values& values, const Values& baseline) {
  Values result;
  for (const auto& [metric, score] : values) {
    if (!is_improvable(metric)) continue;
    const Score before = baseline.at(metric);
    result[metric] = score && before ? Score(*score - *before) : Score();
  }
  return result;
}

TrackScores::Reliability reliability_of(const std::vector<BssFrame>& frames) {
  TrackScores::Reliability result;
  for (const BssFrame& frame : frames) {
    result.conditioning = std::min(result.conditioning, frame.conditioning);
    result.ill_conditioned |= frame.ill_conditioned;
    result.underdetermined |= frame.underdetermined;
    result.cut_from_whole |= frame.cut_from_whole;
  }
  return result;
}

/// Whether a ratio in dB says that there is more distortion than signal.
bool scores_badly(const Values& values) {
  return std::any_of(values.begin(), values.end(), [](const auto& value) {
    return is_improvable(value.first) && value.second && *value.second < 0.0;
  });
}

/// A track's scores while they are gathered.
class TrackScorer {
 public:
  TrackScorer(const TrackSignals& signals, const ScoreOptions& options)
      : signals_(signals), options_(options) {
    if (!signals.mixture) return;
    const auto copies = mixtures(signals);
    baseline_ = score_estimates(signals, pointers(copies), options, false).values;
  }

  SourceScores source(std::size_t j, const EstimateScores& scores) const {
    SourceScores source;
    source.name = signals_.names[j];
    source.estimate = signals_.estimate_names[scores.assigned[j]];
    source.values = scores.values[j];
    if (!baseline_.empty()) source.improvements = improvements(source.values, baseline_[j]);
    for (const BssFrame& frame : scores.frames) {
      source.frames.push_back({static_cast<double>(frame.first) / signals_.sample_rate(),
                               static_cast<double>(frame.samples) / signals_.sample_rate(),
                               frame.sources[j]});
      source.undefined_frames += frame.sources[j].sdr ? 0 : 1;
    }
    return source;
  }

  /// Adds to the sources what each oracle scores.
  void add_oracles(std::vector<SourceScores>& sources) const {
    for (const OracleMask oracle : options_.oracles) {
      const auto estimates = oracle_signals(signals_, oracle);
      const auto scores = score_estimates(signals_, pointers(estimates), options_, false);
      for (std::size_t j = 0; j < sources.size(); ++j) {
        sources[j].oracles[oracle] = scores.values[j];
        if (!baseline_.empty())
          sources[j].oracle_improvements[oracle] = improvements(scores.values[j], baseline_[j]);
      }
    }
  }

 private:
  const TrackSignals& signals_;
  const ScoreOptions& options_;
  std::vector<Values> baseline_;  ///< of the mixture, empty where there is none
};

void warn_of(const TrackScores& track, const TrackSignals& signals, const EstimateScores& scores,
             TrackWarnings& warnings) {
  if (track.reliability) warnings.reliability(*track.reliability);
  for (std::size_t j = 0; j < track.sources.size(); ++j) {
    const SourceScores& source = track.sources[j];
    if (scores_badly(source.values))
      warnings.lag(source.name, *signals.references[j], *scores.estimates[j]);
    warnings.silence(source);
  }
}

}  // namespace

bool ScoreOptions::wants(Metric metric) const {
  return std::find(metrics.begin(), metrics.end(), metric) != metrics.end();
}

bool ScoreOptions::wants_frames() const {
  return frames || bss.permute || std::any_of(metrics.begin(), metrics.end(), [](Metric metric) {
           return bss_score(metric) != nullptr;
         });
}

void ScoreOptions::validate() const {
  bss.validate();
  if (wants(Metric::isr) && bss.criteria == BssCriteria::sources)
    throw InvalidArgument("ScoreOptions: isr is a metric of images; these are criteria of sources");
}

ScoreOptions museval_options() {
  ScoreOptions options;
  options.metrics = {Metric::sdr, Metric::isr, Metric::sir, Metric::sar};
  options.bss.criteria = BssCriteria::images;
  options.bss.filters = BssFilters::whole_signal;
  options.bss.undefined_together = true;
  options.window = options.hop = 1.0;
  return options;
}

ScoreOptions mdx_options() {
  ScoreOptions options;
  options.metrics = {Metric::mdx_sdr};
  options.statistic = Statistic::mean;
  return options;
}

TrackScores score_track(const std::string& name, const TrackSignals& signals,
                        const ScoreOptions& options, Diagnostics& diagnostics) {
  options.validate();
  const EstimateScores scores =
      score_estimates(signals, pointers(signals.estimates), options, options.bss.permute);
  const TrackScorer scorer(signals, options);
  TrackScores track;
  track.name = name;
  track.seconds = signals.seconds();
  track.sample_rate = signals.sample_rate();
  if (!scores.frames.empty()) track.reliability = reliability_of(scores.frames);
  for (std::size_t j = 0; j < scores.values.size(); ++j)
    track.sources.push_back(scorer.source(j, scores));
  const std::set<std::size_t> assigned(scores.assigned.begin(), scores.assigned.end());
  for (std::size_t i = 0; i < signals.estimates.size(); ++i)
    if (assigned.count(i) == 0) track.unassigned.push_back(signals.estimate_names[i]);
  TrackWarnings warnings(name, diagnostics);
  warn_of(track, signals, scores, warnings);
  scorer.add_oracles(track.sources);
  return track;
}

}  // namespace nmfsep
