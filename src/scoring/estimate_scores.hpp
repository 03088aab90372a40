#pragma once

#include <vector>

#include "nmfsep/scoring/score_track.hpp"

namespace nmfsep {

/// What estimates of a track's sources score.
struct EstimateScores {
  std::vector<BssFrame> frames;          ///< empty where BSS Eval is not wanted
  std::vector<std::size_t> assigned;     ///< [j]: the estimate that was scored against reference j
  std::vector<SignalReader*> estimates;  ///< [j]: the same as a signal
  std::vector<Values> values;            ///< [j]: of all frames together
};

/// Scores an estimate for each reference. `permute` finds out which.
EstimateScores score_estimates(const TrackSignals& signals,
                               const std::vector<SignalReader*>& estimates,
                               const ScoreOptions& options, bool permute);

}  // namespace nmfsep
