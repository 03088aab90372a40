#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "evaluate/settings.hpp"

namespace nmfsep::cli {

/// A folder that keeps the scores of finished tracks, so that a run that was
/// interrupted goes on where it stopped. Scores are used again only by the same
/// version of the program, for the same settings, and for unchanged files that
/// are matched alike.
class ScoreCache {
 public:
  /// No cache when `folder` is empty. Throws FileError when the folder cannot
  /// be made.
  ScoreCache(std::filesystem::path folder, ScoreSettings settings, TrackQuery query);

  /// What is kept of the track; nothing where that is damaged or out of date.
  std::optional<TrackScores> find(const TrackFiles& track) const;
  void keep(const TrackFiles& track, const TrackScores& scores) const;

 private:
  std::string key_of(const TrackFiles& track) const;

  std::filesystem::path folder_;
  ScoreSettings settings_;
  TrackQuery query_;
};

}  // namespace nmfsep::cli
