#include "evaluate/cache.hpp"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <span>
#include <sstream>

#include "evaluate/files.hpp"
#include "evaluate/json.hpp"
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

}  // namespace

ScoreCache::ScoreCache(fs::path folder, ScoreSettings settings, TrackQuery query)
    : folder_(std::move(folder)), settings_(std::move(settings)), query_(std::move(query)) {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  if (!fs::is_directory(folder_, error))
    throw FileError(fmt::format("{}: cannot make this folder", nmfsep::quoted(folder_)));
}

std::optional<TrackScores> ScoreCache::find(const TrackFiles& track) const {
  if (folder_.empty()) return {};
  std::ostringstream text;  // which takes what can be read; a parser of the file would throw
  text << std::ifstream(track_file(folder_, track.name)).rdbuf();
  const Json kept = Json::parse(text.str(), nullptr, false);
  if (!kept.is_object() || kept.value("key", Json()) != key_of(track)) return {};
  try {
    return track_scores(kept.at("track"));
  } catch (const Json::exception&) {  // damaged
    return {};
  } catch (const std::bad_optional_access&) {  // an oracle that we do not know
    return {};
  }
}

void ScoreCache::keep(const TrackFiles& track, const TrackScores& scores) const {
  if (folder_.empty()) return;
  PendingFile file(track_file(folder_, track.name), Overwrite::replace);
  write_text(file, dumped({{"key", key_of(track)},
                           {"track", to_json(scores, settings_, TrackDetail::all)}}));
}

std::string ScoreCache::key_of(const TrackFiles& track) const {
  Json key = {version, to_json(settings_), settings_.options.frames, settings_.take_what_is_there};
  const MatchedFiles matched = match_sources(track, query_);
  for (const auto* sources : {&matched.references, &matched.estimates})
    for (const SourceFiles& source : *sources) {
      key.push_back(source.name);
      for (const fs::path& file : source.files) key.push_back(identity(file));
    }
  if (!query_.mixture.empty()) key.push_back(identity(mixture_of(track, query_)));
  const std::string text = dumped(key);
  Sha256 hash;
  hash.update(std::as_bytes(std::span(text)));
  return hash.hex_digest();
}

}  // namespace nmfsep::cli
