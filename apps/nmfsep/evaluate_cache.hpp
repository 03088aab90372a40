#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "evaluate_tracks.hpp"
#include "json_output.hpp"

namespace nmfsep::cli {

/// A folder that keeps the scores of finished tracks, so that a run that was interrupted goes on
/// where it stopped. Scores are used again only for the same settings and unchanged files.
class ScoreCache {
 public:
  /// No cache when `folder` is empty. Throws FileError when the folder cannot be made.
  ScoreCache(std::filesystem::path folder, const Json& settings);

  std::optional<Json> find(const TrackPaths& track) const;
  void keep(const TrackPaths& track, const Json& scores) const;

 private:
  std::filesystem::path file_of(const TrackPaths& track) const;
  std::string key_of(const TrackPaths& track) const;

  std::filesystem::path folder_;
  std::string settings_;
};

}  // namespace nmfsep::cli
