#pragma once

#include <map>
#include <string>
#include <vector>

#include "evaluate/signals.hpp"
#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/evaluation/summary.hpp"

namespace nmfsep::cli {

/// What to compute of each track.
struct ScoreSettings {
  std::vector<std::string> metrics;  ///< of `all_metrics`, in the order of the columns
  std::vector<std::string> oracles;  ///< names of `oracles`, to score beside the estimates
  BssEvalOptions bss;                ///< without framing, which depends on the sample rate
  double window = 0.0;               ///< seconds, 0 for the whole signal as one frame
  double hop = 0.0;                  ///< seconds
  Statistic statistic = Statistic::median;
  Align align = Align::refuse;
  bool frames = false;  ///< keep the scores of every frame

  bool wants(const std::string& metric) const;
};

/// The names of all metrics, as in --metrics, JSON and CSV.
const std::vector<std::string>& all_metrics();

/// Whether the metric is a ratio in dB that the mixture has too, and worse.
bool is_improvable(const std::string& metric);

/// A metric of BSS Eval; null for the other metrics.
Score BssScore::*bss_metric(const std::string& metric);

using Values = std::map<std::string, Score>;  ///< by metric

/// What estimates of a track's sources score.
struct EstimateScores {
  std::vector<BssFrame> frames;          ///< empty where BSS Eval is not wanted
  std::vector<SignalReader*> estimates;  ///< [j]: the one scored against reference j
  std::vector<Values> values;            ///< [j]: of all frames together
};

/// Scores one estimate for each reference. `permute` finds out for which.
EstimateScores score_estimates(const TrackSignals& signals,
                               const std::vector<SignalReader*>& estimates,
                               const ScoreSettings& settings, bool permute);

}  // namespace nmfsep::cli
