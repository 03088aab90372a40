#include "evaluate_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <span>
#include <vector>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/pending_file.hpp"
#include "nmfsep/core/sha256.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_below(const fs::path& path) {
  std::vector<fs::path> files;
  if (fs::is_directory(path))
    for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  else if (fs::exists(path))
    files.push_back(path);
  std::sort(files.begin(), files.end());
  return files;
}

/// A file by its place, size and time of change.
std::string identity(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  const auto changed = fs::last_write_time(path, error).time_since_epoch().count();
  return fmt::format("{}\n{}\n{}\n", fs::absolute(path).string(), size, changed);
}

}  // namespace

ScoreCache::ScoreCache(fs::path folder, const Json& settings)
    : folder_(std::move(folder)), settings_(settings.dump()) {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  if (!fs::is_directory(folder_))
    throw FileError(fmt::format("{}: cannot make this folder", nmfsep::quoted(folder_)));
}

std::optional<Json> ScoreCache::find(const TrackPaths& track) const {
  if (folder_.empty()) return {};
  std::ifstream stream(file_of(track));
  const Json kept = Json::parse(stream, nullptr, false);
  if (!kept.is_object() || kept.value("key", "") != key_of(track) || !kept.contains("track"))
    return {};
  return kept["track"];
}

void ScoreCache::keep(const TrackPaths& track, const Json& scores) const {
  if (folder_.empty()) return;
  PendingFile file(file_of(track), Overwrite::replace);
  std::ofstream stream(file.temporary());
  stream << Json{{"key", key_of(track)}, {"track", scores}}.dump(2, ' ', false,
                                                                 Json::error_handler_t::replace)
         << std::endl;
  if (!stream)
    throw FileError(fmt::format("{}: cannot write: disk full?", nmfsep::quoted(file.final_path())));
  stream.close();
  file.commit();
}

fs::path ScoreCache::file_of(const TrackPaths& track) const {
  return folder_ / (track.name + ".json");
}

std::string ScoreCache::key_of(const TrackPaths& track) const {
  std::string text = settings_;
  for (const fs::path& path : {track.reference, track.estimate, track.mixture})
    for (const fs::path& file : files_below(path)) text += identity(file);
  Sha256 hash;
  hash.update(std::as_bytes(std::span(text)));
  return hash.hex_digest();
}

}  // namespace nmfsep::cli
