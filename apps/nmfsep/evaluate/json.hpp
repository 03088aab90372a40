#pragma once

#include "evaluate/outcome.hpp"
#include "json/json_output.hpp"

namespace nmfsep::cli {

/// How much of a track's scores is written.
enum class TrackDetail {
  as_asked,  ///< by the settings
  all,       ///< for keeping: `track_scores` gives back the same
};

Json to_json(const ScoreSettings& settings);
Json to_json(const TrackScores& track, const ScoreSettings& settings, TrackDetail detail);
Json to_json(const Aggregate& aggregate, const ScoreSettings& settings);

/// The document of --json.
Json to_json(const Evaluation& evaluation);

/// What `to_json` made of a track, in all detail. Throws nlohmann's exceptions
/// on anything else.
TrackScores track_scores(const Json& track);

}  // namespace nmfsep::cli
