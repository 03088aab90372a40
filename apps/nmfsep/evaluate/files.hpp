#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "evaluate/outcome.hpp"
#include "files/output_folders.hpp"

namespace nmfsep::cli {

/// The tables of an evaluation: --csv's file, and a file a track in
/// --museval-json's folder. Opened before the work starts, so that one that
/// cannot be written is known at once.
class ScoreFiles {
 public:
  /// Empty names for none. Throws FileError as PendingFile and OutputFolders.
  ScoreFiles(const std::string& csv, const std::string& museval_folder, Overwrite overwrite);

  /// Opens the track's file in museval's folder, if that is wanted.
  void add_track(const std::string& name);

  /// Writes what was opened; a track without scores gets no file.
  void write(const Evaluation& evaluation);

 private:
  Overwrite overwrite_;
  std::optional<PendingFile> csv_;
  std::filesystem::path folder_;  ///< museval's; empty for none
  OutputFolders made_;
  std::map<std::string, PendingFile> museval_;  ///< by track
};

/// The name of a track's file in a folder of such files.
std::filesystem::path track_file(const std::filesystem::path& folder, const std::string& track);

}  // namespace nmfsep::cli
