#include "evaluate/tracks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "files/inputs.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

using Files = std::map<std::string, fs::path>;  ///< by name without extension

std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    entries.push_back(*entry);
  if (error)
    throw FileError(
        fmt::format("{}: cannot read this folder: {}", nmfsep::quoted(folder), error.message()));
  return entries;
}

bool is_folder(const fs::path& path) {
  std::error_code error;  // what cannot be looked at is named when it is opened
  return fs::is_directory(path, error);
}

Files audio_files(const fs::path& folder) {
  Files files;
  for (const auto& entry : entries_of(folder)) {
    std::error_code error;
    const bool readable = entry.is_regular_file(error) || error;  // or is named when it is opened
    if (!readable || !looks_like_audio(entry.path())) continue;
    const auto [other, fresh] = files.emplace(entry.path().stem().string(), entry.path());
    if (!fresh)
      throw FileError(fmt::format("{} and {} have one name; keep one of them",
                                  nmfsep::quoted(other->second), nmfsep::quoted(entry.path())));
  }
  return files;
}

/// With links that lead nowhere, which fail when their track is read.
std::set<std::string> subfolders(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : entries_of(folder)) {
    std::error_code error;
    if (entry.is_directory(error) || error) names.insert(entry.path().filename().string());
  }
  return names;
}

/// The last name of a path that may end in a slash.
std::string folder_name(const fs::path& path) {
  const fs::path absolute = fs::absolute(path).lexically_normal();
  return (absolute.has_filename() ? absolute : absolute.parent_path()).filename().string();
}

void require(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error))
    throw FileError(fmt::format("{}: {}", nmfsep::quoted(path),
                                error ? error.message() : "no such file or folder"));
}

/// Whether sources lie in the folder itself, and not in folders of tracks inside. A link that leads
/// nowhere does not tell.
bool holds_sources(const fs::path& folder) {
  const Files files = audio_files(folder);
  const bool any = std::any_of(files.begin(), files.end(), [](const auto& file) {
    std::error_code error;
    return fs::is_regular_file(file.second, error);
  });
  const auto entries = entries_of(folder);
  const bool folders = std::any_of(entries.begin(), entries.end(),
                                   [](const auto& entry) { return is_folder(entry.path()); });
  return any || (!files.empty() && !folders);
}

std::vector<TrackPaths> tracks_of_folders(const TrackRequest& request) {
  if (holds_sources(request.references))
    return {{folder_name(request.estimates), request.references, request.estimates}};
  std::vector<TrackPaths> tracks;
  for (const std::string& name : subfolders(request.references))
    tracks.push_back({name, request.references / name, request.estimates / name});
  if (tracks.empty())
    throw FileError(fmt::format("{}: holds neither audio files nor folders of tracks",
                                nmfsep::quoted(request.references)));
  return tracks;
}

std::string names_of(const Files& files) {
  std::string names;
  for (const auto& [name, path] : files) names += (names.empty() ? "" : ", ") + printable(name);
  return names.empty() ? "nothing" : names;
}

}  // namespace

std::vector<TrackPaths> find_tracks(const TrackRequest& request) {
  for (const fs::path& path : {request.references, request.estimates}) require(path);
  if (!request.mixture.empty()) require(request.mixture);
  const bool folder = is_folder(request.references);
  if (folder != is_folder(request.estimates))
    throw FileError(fmt::format("{} is a {} and {} is a {}; give two files or two folders",
                                nmfsep::quoted(request.references), folder ? "folder" : "file",
                                nmfsep::quoted(request.estimates), folder ? "file" : "folder"));
  if (folder) return tracks_of_folders(request);
  return {{request.references.stem().string(), request.references, request.estimates}};
}

fs::path mixture_of(const TrackPaths& track, const TrackRequest& request) {
  const fs::path& given = request.mixture;
  if (given.empty() || !is_folder(given)) return given;
  const Files files = audio_files(given);
  if (const auto file = files.find(track.name); file != files.end()) return file->second;
  const fs::path folder = is_folder(given / track.name) ? given / track.name : given;
  const Files inside = audio_files(folder);
  if (const auto file = inside.find("mixture"); file != inside.end()) return file->second;
  const std::string name = printable(track.name);
  throw FileError(
      fmt::format("{}: holds no mixture of track '{}'; expected {}.wav or {}/mixture.wav",
                  nmfsep::quoted(given), name, name, name));
}

std::vector<fs::path> input_files(const TrackPaths& track, const TrackRequest& request) {
  try {
    std::vector<fs::path> files;
    for (const SourcePaths& source : match_sources(track, request))
      files.insert(files.end(), {source.reference, source.estimate});
    if (!request.mixture.empty()) files.push_back(mixture_of(track, request));
    return files;
  } catch (const FileError&) {
    return {};
  }
}

void check_renamed(const std::vector<TrackPaths>& tracks, const TrackRequest& request) {
  if (request.renamed.empty()) return;
  if (!is_folder(request.references))
    throw InvalidArgument("--map: two files are matched as they are; leave it out");
  Files references;
  try {
    for (const TrackPaths& track : tracks) references.merge(audio_files(track.reference));
  } catch (const FileError&) {
    return;  // the track, which may have the name, fails on its own
  }
  for (const auto& [reference, estimate] : request.renamed)
    if (references.count(reference) == 0)
      throw InvalidArgument(fmt::format("--map {}={}: no reference is called {}; there are {}",
                                        printable(reference), printable(estimate),
                                        printable(reference), names_of(references)));
}

std::vector<fs::path> tracks_without_references(const TrackRequest& request) {
  if (!is_folder(request.references) || holds_sources(request.references)) return {};
  const std::set<std::string> references = subfolders(request.references);
  std::vector<fs::path> unmatched;
  for (const std::string& name : subfolders(request.estimates))
    if (references.count(name) == 0) unmatched.push_back(request.estimates / name);
  return unmatched;
}

std::vector<SourcePaths> match_sources(const TrackPaths& track, const TrackRequest& request) {
  if (!is_folder(track.reference))
    return {{track.reference.stem().string(), track.reference, track.estimate}};
  require(track.estimate);
  Files references = audio_files(track.reference);
  Files estimates = audio_files(track.estimate);
  if (references.count("mixture") != estimates.count("mixture")) {
    references.erase("mixture");
    estimates.erase("mixture");
  }
  std::vector<SourcePaths> sources;
  for (const auto& [name, path] : references) {
    const auto renamed = request.renamed.find(name);
    const auto estimate = estimates.find(renamed == request.renamed.end() ? name : renamed->second);
    if (estimate == estimates.end())
      throw FileError(fmt::format(
          "{}: has no estimate in {}, which holds {}; name it alike, or pass --map {}=NAME",
          nmfsep::quoted(path), nmfsep::quoted(track.estimate), names_of(estimates),
          printable(name)));
    sources.push_back({name, path, estimate->second});
    estimates.erase(estimate);
  }
  if (!estimates.empty())
    throw FileError(fmt::format(
        "{}: has no reference in {}, which holds {}; name it alike, pass --map, or move it away",
        nmfsep::quoted(estimates.begin()->second), nmfsep::quoted(track.reference),
        names_of(references)));
  if (sources.empty())
    throw FileError(fmt::format("{}: holds no audio files", nmfsep::quoted(track.reference)));
  return sources;
}

}  // namespace nmfsep::cli
