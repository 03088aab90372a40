#include "nmfsep/scoring/track_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/text.hpp"
#include "scoring/folder_contents.hpp"
#include "scoring/source_matcher.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

/// The last name of a path that may end in a slash.
std::string folder_name(const fs::path& path) {
  const fs::path absolute = fs::absolute(path).lexically_normal();
  return (absolute.has_filename() ? absolute : absolute.parent_path()).filename().string();
}

/// Whether sources lie in the folder itself, and not in folders of tracks inside. A link that leads
/// nowhere does not tell.
bool holds_sources(const fs::path& folder) {
  const AudioFiles files = audio_files(folder);
  const bool any = std::any_of(files.begin(), files.end(), [](const auto& file) {
    std::error_code error;
    return fs::is_regular_file(file.second, error);
  });
  const auto entries = entries_of(folder);
  const bool folders = std::any_of(entries.begin(), entries.end(),
                                   [](const auto& entry) { return is_folder(entry.path()); });
  return any || (!files.empty() && !folders);
}

std::vector<TrackFiles> tracks_of_folders(const TrackQuery& query) {
  if (holds_sources(query.references))
    return {{folder_name(query.estimates), query.references, query.estimates}};
  std::vector<TrackFiles> tracks;
  for (const std::string& name : subfolders(query.references))
    tracks.push_back({name, query.references / name, query.estimates / name});
  if (tracks.empty())
    throw FileError(fmt::format("{}: holds neither audio files nor folders of tracks",
                                quoted(query.references)));
  return tracks;
}

}  // namespace

std::vector<TrackFiles> find_tracks(const TrackQuery& query) {
  for (const fs::path& path : {query.references, query.estimates}) require_there(path);
  if (!query.mixture.empty()) require_there(query.mixture);
  const bool folder = is_folder(query.references);
  if (folder != is_folder(query.estimates))
    throw FileError(fmt::format("{} is a {} and {} is a {}; give two files or two folders",
                                quoted(query.references), folder ? "folder" : "file",
                                quoted(query.estimates), folder ? "file" : "folder"));
  if (folder) return tracks_of_folders(query);
  return {{query.references.stem().string(), query.references, query.estimates}};
}

fs::path mixture_of(const TrackFiles& track, const TrackQuery& query) {
  const fs::path& given = query.mixture;
  if (given.empty() || !is_folder(given)) return given;
  const AudioFiles files = audio_files(given);
  if (const auto file = files.find(track.name); file != files.end()) return file->second;
  const fs::path folder = is_folder(given / track.name) ? given / track.name : given;
  const AudioFiles inside = audio_files(folder);
  for (const char* mixture : mixture_names)
    if (const auto file = inside.find(mixture); file != inside.end()) return file->second;
  const std::string name = printable(track.name);
  throw FileError(
      fmt::format("{}: holds no mixture of track '{}'; expected {}.wav or {}/mixture.wav",
                  quoted(given), name, name, name));
}

std::vector<fs::path> input_files(const TrackFiles& track, const TrackQuery& query) {
  try {
    std::vector<fs::path> files;
    const MatchedFiles matched = match_sources(track, query);
    for (const auto* sources : {&matched.references, &matched.estimates})
      for (const SourceFiles& source : *sources)
        files.insert(files.end(), source.files.begin(), source.files.end());
    if (!query.mixture.empty()) files.push_back(mixture_of(track, query));
    return files;
  } catch (const FileError&) {
    return {};
  }
}

std::vector<std::string> reference_names(const std::vector<TrackFiles>& tracks) {
  std::set<std::string> names;
  for (const TrackFiles& track : tracks) {
    if (!is_folder(track.reference)) {
      names.insert(track.reference.stem().string());
      continue;
    }
    for (const auto& [name, path] : audio_files(track.reference)) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::vector<fs::path> tracks_without_references(const TrackQuery& query) {
  if (!is_folder(query.references) || holds_sources(query.references)) return {};
  const std::set<std::string> references = subfolders(query.references);
  std::vector<fs::path> unmatched;
  for (const std::string& name : subfolders(query.estimates))
    if (references.count(name) == 0) unmatched.push_back(query.estimates / name);
  return unmatched;
}

MatchedFiles match_sources(const TrackFiles& track, const TrackQuery& query) {
  if (!is_folder(track.reference))
    return {{{track.reference.stem().string(), {track.reference}}},
            {{track.estimate.stem().string(), {track.estimate}}},
            {}};
  require_there(track.estimate);
  return SourceMatcher(track, query).matched();
}

}  // namespace nmfsep
