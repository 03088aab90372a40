#include "evaluate/scores.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evaluate/oracle.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/evaluation/lag.hpp"

namespace nmfsep::cli {
namespace {

/// The mixture once for each reference, as if it were the estimate.
std::vector<std::unique_ptr<FileSignal>> mixtures(const TrackSignals& signals) {
  std::vector<std::unique_ptr<FileSignal>> copies;
  for (std::size_t j = 0; j < signals.references.size(); ++j)
    copies.push_back(signals.mixture->reopened());
  return copies;
}

Json frames_json(const std::vector<BssFrame>& frames, std::size_t j, const TrackSignals& signals,
                 const ScoreSettings& settings) {
  Json rows = Json::array();
  for (const BssFrame& frame : frames) {
    Json row = {{"time", static_cast<double>(frame.first) / signals.sample_rate()},
                {"duration", static_cast<double>(frame.samples) / signals.sample_rate()}};
    for (const std::string& metric : settings.metrics)
      if (const auto member = bss_metric(metric)) row[metric] = to_json(frame.sources[j].*member);
    rows.push_back(row);
  }
  return rows;
}

Index undefined_frames(const std::vector<BssFrame>& frames, std::size_t j) {
  return std::count_if(frames.begin(), frames.end(),
                       [&](const BssFrame& frame) { return !frame.sources[j].sdr; });
}

/// What a user should know of one track's scores.
class TrackWarnings {
 public:
  TrackWarnings(const std::string& track, Diagnostics& diagnostics)
      : track_(printable(track)), diagnostics_(diagnostics) {}

  void ill_conditioned(double conditioning) {
    warn(WarningCode::ill_conditioned,
         fmt::format("references are band-limited or linearly dependent (conditioning {:.1e}), so "
                     "SIR and SAR depend on rounding",
                     conditioning));
  }

  void underdetermined() {
    warn(WarningCode::underdetermined,
         "the filters have more unknowns than there are samples, so SIR and SAR are undefined; "
         "pass a smaller --filter-length");
  }

  void silence(const std::string& source, Index undefined, std::size_t frames) {
    if (undefined > 0)
      warn(WarningCode::silent_frames,
           fmt::format("{} of {} frames of '{}' are silent in the reference or "
                       "estimate, and so undefined and left out",
                       undefined, frames, printable(source)));
  }

  /// A shift in time ruins scores and is easily mended, so it is looked for where a score is bad.
  void lag(const std::string& source, SignalReader& reference, SignalReader& estimate) {
    constexpr Index largest_lag = 8192;
    const Lag lag = find_lag(reference, estimate, largest_lag);
    if (lag.correlation < 0.3 || lag.correlation < 1.5 * lag.correlation_at_0) return;
    warn(WarningCode::lag,
         fmt::format("the estimate of '{}' is {} samples too {} (correlation {:.2f} there, "
                     "{:.2f} without a shift)",
                     printable(source), std::abs(lag.samples), lag.samples > 0 ? "late" : "early",
                     lag.correlation, lag.correlation_at_0));
  }

 private:
  void warn(WarningCode code, const std::string& message) {
    diagnostics_.warn(code, fmt::format("'{}': {}", track_, message));
  }

  std::string track_;
  Diagnostics& diagnostics_;
};

/// What limits the trust in the scores, once for the track.
Json reliability_json(const std::vector<BssFrame>& frames, TrackWarnings& warnings) {
  Json result = Json::object();
  if (frames.empty()) return result;
  double conditioning = 1.0;
  bool ill_conditioned = false;
  bool underdetermined = false;
  for (const BssFrame& frame : frames) {
    conditioning = std::min(conditioning, frame.conditioning);
    ill_conditioned |= frame.ill_conditioned;
    underdetermined |= frame.underdetermined;
  }
  if (ill_conditioned) warnings.ill_conditioned(conditioning);
  if (underdetermined) warnings.underdetermined();
  return {{"conditioning", number(conditioning)},
          {"ill_conditioned", ill_conditioned},
          {"underdetermined", underdetermined}};
}

/// Whether a ratio in dB says that there is more distortion than signal.
bool scores_badly(const Values& values) {
  return std::any_of(values.begin(), values.end(), [](const auto& value) {
    return is_improvable(value.first) && value.second && *value.second < 0.0;
  });
}

/// The scores of one track while they become JSON.
class TrackReport {
 public:
  TrackReport(const TrackSignals& signals, const ScoreSettings& settings)
      : signals_(signals), settings_(settings) {
    if (!signals.mixture) return;
    const auto copies = mixtures(signals);
    baseline_ = score_estimates(signals, pointers(copies), settings, false).values;
  }

  Json source(std::size_t j, const EstimateScores& scores) const {
    Json source = {{"name", signals_.names[j]}};
    if (settings_.bss.permute)
      source["estimate"] =
          signals_.names[static_cast<std::size_t>(scores.frames[0].permutation[j])];
    source.update(values(j, scores));
    if (!scores.frames.empty()) source["undefined_frames"] = undefined_frames(scores.frames, j);
    if (settings_.frames) source["frames"] = frames_json(scores.frames, j, signals_, settings_);
    return source;
  }

  /// Adds to the sources what each oracle scores.
  void add_oracles(Json& sources) const {
    for (const std::string& name : settings_.oracles) {
      const auto estimates = oracle_signals(signals_, oracles().at(name));
      const auto scores = score_estimates(signals_, pointers(estimates), settings_, false);
      for (std::size_t j = 0; j < scores.values.size(); ++j)
        sources[j]["oracles"][name] = values(j, scores);
    }
  }

 private:
  /// The metrics, and how far they are above the mixture's.
  Json values(std::size_t j, const EstimateScores& scores) const {
    Json result = Json::object();
    for (const std::string& metric : settings_.metrics) {
      const Score score = scores.values[j].at(metric);
      result[metric] = to_json(score);
      if (baseline_.empty() || !is_improvable(metric)) continue;
      const Score before = baseline_[j].at(metric);
      result[metric + "_improvement"] =
          to_json(score && before ? Score(*score - *before) : Score());
    }
    return result;
  }

  const TrackSignals& signals_;
  const ScoreSettings& settings_;
  std::vector<Values> baseline_;  ///< of the mixture, empty where there is none
};

}  // namespace

Json score_track(const TrackPaths& track, const TrackRequest& request,
                 const ScoreSettings& settings, Diagnostics& diagnostics) {
  const TrackSignals signals = open_track(track, request, settings.align);
  const EstimateScores scores =
      score_estimates(signals, pointers(signals.estimates), settings, settings.bss.permute);
  const TrackReport report(signals, settings);
  Json result = {
      {"name", track.name}, {"seconds", signals.seconds()}, {"sample_rate", signals.sample_rate()}};
  TrackWarnings warnings(track.name, diagnostics);
  result.update(reliability_json(scores.frames, warnings));
  Json sources = Json::array();
  for (std::size_t j = 0; j < scores.values.size(); ++j) {
    sources.push_back(report.source(j, scores));
    if (scores_badly(scores.values[j]))
      warnings.lag(signals.names[j], *signals.references[j], *scores.estimates[j]);
    warnings.silence(signals.names[j], undefined_frames(scores.frames, j), scores.frames.size());
  }
  report.add_oracles(sources);
  result["sources"] = sources;
  return result;
}

Json to_json(const Score& score) { return score ? number(*score) : Json(nullptr); }

Score to_score(const Json& value) {
  return value.is_number() ? Score(value.get<double>()) : Score();
}

}  // namespace nmfsep::cli
