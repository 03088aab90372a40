#include "nmfsep/scoring/track_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "nmfsep/audio/file_names.hpp"
#include "nmfsep/core/text.hpp"
#include "scoring/sum_of_others.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

/// How a mixture is called that lies beside its sources.
constexpr const char* mixture_names[] = {"mixture", "mix"};

using Files = std::map<std::string, fs::path>;  ///< by name without extension

std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    entries.push_back(*entry);
  if (error)
    throw FileError(
        fmt::format("{}: cannot read this folder: {}", quoted(folder), error.message()));
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
                                  quoted(other->second), quoted(entry.path())));
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
    throw FileError(
        fmt::format("{}: {}", quoted(path), error ? error.message() : "no such file or folder"));
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

template <typename Named>
std::string names_of(const Named& files) {
  std::string names;
  for (const auto& [name, path] : files) names += (names.empty() ? "" : ", ") + printable(name);
  return names.empty() ? "nothing" : names;
}

/// Finds for each reference of a track its estimate.
class Matcher {
 public:
  Matcher(const TrackFiles& track, const TrackQuery& query)
      : track_(track),
        query_(query),
        references_(sources_of(audio_files(track.reference))),
        estimates_(sources_of(audio_files(track.estimate))) {
    for (const char* name : mixture_names)
      if (references_.count(name) != estimates_.count(name)) leave_out(name);
    for (const std::string& name : query.ignored) leave_out(name);
    if (references_.empty())
      throw FileError(fmt::format("{}: holds no audio files", quoted(track.reference)));
    for (const auto& [name, members] : query.groups) add_group(name, members);
    held_ = names_of(estimates_);
    if (!query.sources.empty()) keep_wanted();
  }

  MatchedFiles matched() {
    MatchedFiles result;
    if (query_.any_names) {
      if (estimates_.size() < references_.size())
        throw FileError(
            fmt::format("{}: holds {} for the {} references of {}; there must be at "
                        "least one for each",
                        quoted(track_.estimate), names_of(estimates_), references_.size(),
                        quoted(track_.reference)));
      for (auto& [name, files] : references_) result.references.push_back({name, files});
      for (auto& [name, files] : estimates_) result.estimates.push_back({name, files});
      return result;
    }
    if (query_.sources.empty()) take_sums(result.sums);
    for (auto& [name, files] : references_) {
      result.references.push_back({name, files});
      result.estimates.push_back(estimate_of(name));
    }
    if (!estimates_.empty() && !query_.leave_out_extra && query_.sources.empty())
      throw UnmatchedEstimate(fmt::format("{}: has no reference in {}, which holds {}",
                                          quoted(estimates_.begin()->second[0]),
                                          quoted(track_.reference), names_of(references_)));
    for (const auto& [name, files] : estimates_) result.left_out.push_back(files[0]);
    return result;
  }

 private:
  using Sources = std::map<std::string, std::vector<fs::path>>;  ///< by name

  static Sources sources_of(const Files& files) {
    Sources sources;
    for (const auto& [name, path] : files) sources[name] = {path};
    return sources;
  }

  /// The files of the members, which are taken out; empty where one is not there.
  static std::vector<fs::path> taken(Sources& sources, const std::vector<std::string>& members) {
    std::vector<fs::path> files;
    bool complete = true;
    for (const std::string& member : members) {
      const auto entry = sources.find(member);
      complete = complete && entry != sources.end();
      if (entry == sources.end()) continue;
      files.insert(files.end(), entry->second.begin(), entry->second.end());
      sources.erase(entry);
    }
    if (!complete) files.clear();
    return files;
  }

  /// The name of the estimate of a reference.
  std::string wanted(const std::string& reference) const {
    const auto renamed = query_.renamed.find(reference);
    return renamed == query_.renamed.end() ? reference : renamed->second;
  }

  /// Takes out what has no counterpart and is the sum of all others in its folder.
  void take_sums(std::vector<fs::path>& sums) {
    std::set<std::string> with_estimate, with_reference;
    for (const auto& [name, files] : references_) {
      with_reference.insert(wanted(name));
      if (estimates_.count(wanted(name)) > 0) with_estimate.insert(name);
    }
    take_sum(references_, with_estimate, sums);
    take_sum(estimates_, with_reference, sums);
  }

  static void take_sum(Sources& sources, const std::set<std::string>& matched,
                       std::vector<fs::path>& sums) {
    std::vector<fs::path> others, unmatched;
    for (const auto& [name, files] : sources) {
      std::vector<fs::path>& list = matched.count(name) > 0 ? others : unmatched;
      list.insert(list.end(), files.begin(), files.end());
    }
    if (unmatched.size() != 1 || others.size() < 2 || !is_sum_of(unmatched[0], others)) return;
    sums.push_back(unmatched[0]);
    std::erase_if(sources, [&](const auto& source) { return source.second == unmatched; });
  }

  void leave_out(const std::string& name) {
    references_.erase(name);
    estimates_.erase(name);
  }

  /// Leaves out all references but those that are to be scored.
  void keep_wanted() {
    const std::string all = names_of(references_);
    for (const std::string& name : query_.sources)
      if (references_.count(name) == 0)
        throw FileError(fmt::format("{}: holds no '{}', but {}", quoted(track_.reference),
                                    printable(name), all));
    std::erase_if(references_, [&](const auto& source) {
      return std::find(query_.sources.begin(), query_.sources.end(), source.first) ==
             query_.sources.end();
    });
  }

  void add_group(const std::string& name, const std::vector<std::string>& members) {
    const std::string all = names_of(references_);
    const std::vector<fs::path> files = taken(references_, members);
    if (files.empty() || references_.count(name) > 0)
      throw FileError(fmt::format("{}: no group '{}' can be made of {}, where there are {}",
                                  quoted(track_.reference), printable(name),
                                  printable(fmt::format("{}", fmt::join(members, ", "))), all));
    references_[name] = files;
    if (query_.any_names) return;
    const std::vector<fs::path> parts = taken(estimates_, members);
    if (estimates_.count(name) == 0 && !parts.empty()) estimates_[name] = parts;
  }

  SourceFiles estimate_of(const std::string& name) {
    const auto estimate = estimates_.find(wanted(name));
    if (estimate == estimates_.end())
      throw UnmatchedReference(
          fmt::format("{}: has no estimate in {}, which holds {}; name it alike",
                      quoted(references_[name][0]), quoted(track_.estimate), held_),
          name);
    SourceFiles found{estimate->first, estimate->second};
    estimates_.erase(estimate);
    return found;
  }

  const TrackFiles& track_;
  const TrackQuery& query_;
  Sources references_, estimates_;
  std::string held_;  ///< the names of all estimates
};

}  // namespace

std::vector<TrackFiles> find_tracks(const TrackQuery& query) {
  for (const fs::path& path : {query.references, query.estimates}) require(path);
  if (!query.mixture.empty()) require(query.mixture);
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
  const Files files = audio_files(given);
  if (const auto file = files.find(track.name); file != files.end()) return file->second;
  const fs::path folder = is_folder(given / track.name) ? given / track.name : given;
  const Files inside = audio_files(folder);
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
  require(track.estimate);
  return Matcher(track, query).matched();
}

}  // namespace nmfsep
