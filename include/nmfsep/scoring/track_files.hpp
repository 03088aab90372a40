#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

/// One track to score: two files, or two folders of sources.
struct TrackFiles {
  std::string name;
  std::filesystem::path reference;
  std::filesystem::path estimate;
};

/// Where to look, and how references and estimates are matched.
struct TrackQuery {
  std::filesystem::path references;
  std::filesystem::path estimates;
  std::filesystem::path mixture = {};               ///< a file or a folder, empty for none
  std::map<std::string, std::string> renamed = {};  ///< reference's name → estimate's name

  /// A reference made of the sum of others: its name → theirs. Its estimate is the file of that
  /// name, or where there is none the sum of theirs.
  std::map<std::string, std::vector<std::string>> groups = {};

  /// Estimates are assigned by what is in them: names do not count, and there may be more estimates
  /// than references.
  bool any_names = false;

  /// The only references to score, where not all have an estimate; empty for all. Estimates of no
  /// other are then left out.
  std::vector<std::string> sources = {};

  /// Files of these names are no sources, neither here nor there.
  std::vector<std::string> ignored = {};

  /// Estimates without a reference are left out instead of refused.
  bool leave_out_extra = false;
};

/// A source of a track by its files; what is made of several is their sum.
struct SourceFiles {
  std::string name;
  std::vector<std::filesystem::path> files;
};

/// The references and estimates of a track in the order of their names. With `any_names` there may
/// be more estimates, else [j] of both belong together.
struct MatchedFiles {
  std::vector<SourceFiles> references;
  std::vector<SourceFiles> estimates;
  std::vector<std::filesystem::path> left_out;   ///< estimates without a reference
  std::vector<std::filesystem::path> sums = {};  ///< the sum of the others in its folder, without a
                                                 ///< counterpart: a mixture, and no source
};

/// A reference that no estimate is named like.
class UnmatchedReference : public FileError {
 public:
  UnmatchedReference(const std::string& message, std::string name)
      : FileError(message), name_(std::move(name)) {}

  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

/// An estimate that no reference is named like.
class UnmatchedEstimate : public FileError {
 public:
  using FileError::FileError;
};

/// The tracks of two files, of two folders of audio files, or of two folders of such folders.
/// Throws FileError when a path is missing, holds no audio, or one is a file and one a folder.
std::vector<TrackFiles> find_tracks(const TrackQuery& query);

/// The sources of a track, matched by file name without extension, in the order of their names.
/// A file called "mixture" or "mix" is no source unless both folders have it. Throws FileError, and
/// where a source has no counterpart UnmatchedReference or UnmatchedEstimate, saying which.
MatchedFiles match_sources(const TrackFiles& track, const TrackQuery& query);

/// The mixture of a track: the file that was given, or TRACK.wav, TRACK/mixture.wav or
/// TRACK/mix.wav in the folder that was given; empty for none. Throws FileError when it is missing.
std::filesystem::path mixture_of(const TrackFiles& track, const TrackQuery& query);

/// The files that scoring a track reads; none where it cannot be scored.
std::vector<std::filesystem::path> input_files(const TrackFiles& track, const TrackQuery& query);

/// The names of all references of these tracks. Throws FileError as find_tracks.
std::vector<std::string> reference_names(const std::vector<TrackFiles>& tracks);

/// Folders among the estimates that no folder of references is named like.
std::vector<std::filesystem::path> tracks_without_references(const TrackQuery& query);

}  // namespace nmfsep
