#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluate/settings.hpp"

namespace nmfsep::cli {

/// A track's scores, or what went wrong.
struct TrackOutcome {
  std::string name;
  std::optional<TrackScores> scores;
  std::string error;                 ///< empty with scores
  std::vector<std::string> remarks;  ///< on files that were left out
};

/// All that an evaluation found.
struct Evaluation {
  ScoreSettings settings;
  std::vector<TrackOutcome> tracks;
  Aggregate aggregate;

  std::size_t failed() const { return tracks.size() - aggregate.tracks; }
};

}  // namespace nmfsep::cli
