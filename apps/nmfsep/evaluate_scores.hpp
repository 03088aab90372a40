#pragma once

#include <string>
#include <vector>

#include "evaluate_signals.hpp"
#include "json_output.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/evaluation/summary.hpp"

namespace nmfsep::cli {

/// What to compute of each track.
struct ScoreSettings {
  std::vector<std::string> metrics;  ///< of `all_metrics`, in the order of the columns
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

/// The scores of one track as it stands in the JSON output: its name, length and reliability, and
/// "sources", each with its name and a value or null for each metric. With a mixture the
/// ratios that it has too have an "…_improvement" beside them. Throws FileError and
/// InvalidArgument.
Json score_track(const TrackPaths& track, const TrackRequest& request,
                 const ScoreSettings& settings, Diagnostics& diagnostics);

/// A score as a JSON number or null, and back.
Json to_json(const Score& score);
Score to_score(const Json& value);

}  // namespace nmfsep::cli
