#pragma once

#include <string>

#include "nmfsep/scoring/score_track.hpp"

namespace nmfsep {

/// What a user should know of one track's scores.
class TrackWarnings {
 public:
  TrackWarnings(const std::string& track, Diagnostics& diagnostics);

  /// `ill_conditioned`, `underdetermined` and `cut_from_whole`.
  void reliability(const TrackScores::Reliability& reliability);

  /// `silent_frames`: of sources that are silent themselves.
  void silence(const SourceScores& source);

  /// `lag`: a shift in time ruins scores and is easily mended, so it is looked for where a score is
  /// bad.
  void lag(const std::string& source, SignalReader& reference, SignalReader& estimate);

 private:
  void warn(WarningCode code, const std::string& message);

  std::string track_;
  Diagnostics& diagnostics_;
};

}  // namespace nmfsep
