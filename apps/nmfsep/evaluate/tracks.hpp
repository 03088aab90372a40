#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace nmfsep::cli {

/// One track to score: two files, or two folders of sources.
struct TrackPaths {
  std::string name;
  std::filesystem::path reference;
  std::filesystem::path estimate;
};

/// A source of a track.
struct SourcePaths {
  std::string name;
  std::filesystem::path reference;
  std::filesystem::path estimate;
};

/// Where to look, as the user gave it.
struct TrackRequest {
  std::filesystem::path references;
  std::filesystem::path estimates;
  std::filesystem::path mixture;               ///< a file or a folder, empty for none
  std::map<std::string, std::string> renamed;  ///< reference's name → estimate's name
};

/// The tracks of two files, of two folders of audio files, or of two folders of such folders.
/// Throws FileError when a path is missing, holds no audio, or one is a file and one a folder.
std::vector<TrackPaths> find_tracks(const TrackRequest& request);

/// The sources of a track, matched by file name without extension, in the order of their names.
/// A file called "mixture" is no source unless both folders have it. Throws FileError when a
/// source has no counterpart, saying which.
std::vector<SourcePaths> match_sources(const TrackPaths& track, const TrackRequest& request);

/// The mixture of a track: the file that was given, or TRACK.wav or TRACK/mixture.wav in the folder
/// that was given; empty for none. Throws FileError when it is missing.
std::filesystem::path mixture_of(const TrackPaths& track, const TrackRequest& request);

/// The files that scoring a track reads; none where it cannot be scored.
std::vector<std::filesystem::path> input_files(const TrackPaths& track,
                                               const TrackRequest& request);

/// Throws InvalidArgument when a name in `request.renamed` is that of no reference.
void check_renamed(const std::vector<TrackPaths>& tracks, const TrackRequest& request);

/// Folders among the estimates that no folder of references is named like.
std::vector<std::filesystem::path> tracks_without_references(const TrackRequest& request);

}  // namespace nmfsep::cli
