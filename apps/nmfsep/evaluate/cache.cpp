#include "evaluate/cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <span>
#include <sstream>

#include "evaluate/files.hpp"
#include "files/text_file.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/sha256.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/core/version.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

/// JSON must be UTF-8, names need not be.
std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// A file by its place, size and time of change.
Json identity(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  const auto changed = fs::last_write_time(path, error).time_since_epoch().count();
  return {fs::absolute(path, error).string(), size, changed};
}

/// Whether a kept document has the parts of a track's scores that everything else relies on.
bool is_track(const Json& track, const std::string& name) {
  const auto is_source = [](const Json& source) {
    return source.is_object() && source.value("name", Json()).is_string();
  };
  return track.is_object() && track.value("name", Json()) == name &&
         track.value("seconds", Json()).is_number() && track.contains("sources") &&
         track["sources"].is_array() &&
         std::all_of(track["sources"].begin(), track["sources"].end(), is_source);
}

}  // namespace

ScoreCache::ScoreCache(fs::path folder, Json settings, TrackRequest request)
    : folder_(std::move(folder)), settings_(std::move(settings)), request_(std::move(request)) {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  if (!fs::is_directory(folder_, error))
    throw FileError(fmt::format("{}: cannot make this folder", nmfsep::quoted(folder_)));
}

std::optional<Json> ScoreCache::find(const TrackPaths& track) const {
  if (folder_.empty()) return {};
  std::ostringstream text;  // which takes what can be read; a parser of the file would throw
  text << std::ifstream(track_file(folder_, track.name)).rdbuf();
  const Json kept = Json::parse(text.str(), nullptr, false);
  if (!kept.is_object() || kept.value("key", Json()) != key_of(track)) return {};
  const Json scores = kept.value("track", Json());
  return is_track(scores, track.name) ? std::optional(scores) : std::nullopt;
}

void ScoreCache::keep(const TrackPaths& track, const Json& scores) const {
  if (folder_.empty()) return;
  PendingFile file(track_file(folder_, track.name), Overwrite::replace);
  write_text(file, dumped({{"key", key_of(track)}, {"track", scores}}));
}

std::string ScoreCache::key_of(const TrackPaths& track) const {
  Json key = {version, settings_};
  for (const SourcePaths& source : match_sources(track, request_))
    key.push_back({source.name, identity(source.reference), identity(source.estimate)});
  if (!request_.mixture.empty()) key.push_back(identity(mixture_of(track, request_)));
  const std::string text = dumped(key);
  Sha256 hash;
  hash.update(std::as_bytes(std::span(text)));
  return hash.hex_digest();
}

}  // namespace nmfsep::cli
