#include "separate/batch/track_history.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

#include "files/file_hash.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/core/version.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

std::string utc_now() {
  return fmt::format(
      "{:%Y-%m-%dT%H:%M:%SZ}",
      fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

Json hash_or_null(const std::optional<std::string>& hash) {
  return hash ? Json(*hash) : Json(nullptr);
}

/// The hashes alone: where a model lies changes nothing.
Json hashes(const Json& models) {
  Json result = Json::array();
  for (const Json& model : models) result.push_back(model.value("sha256", Json()));
  return result;
}

/// Whether the file is there, as long as `record` says.
bool is_whole(const fs::path& output, const Json& record) {
  std::error_code error;
  const auto bytes = fs::file_size(output, error);
  const std::string file = Manifest::spelling(output);
  for (const Json& stem : record["outputs"])
    if (stem["file"] == file) return !error && stem.value("bytes", Json()) == bytes;
  return false;
}

/// Whether a record was made of what there is `now`.
bool is_current(const Json& record, const Json& now) {
  for (const char* key : {"program", "sha256", "settings"})
    if (record.value(key, Json()) != now[key]) return false;
  return hashes(record.value("models", Json::array())) == hashes(now["models"]);
}

}  // namespace

TrackHistory::TrackHistory(std::unique_ptr<Manifest> manifest, Json settings,
                           const std::vector<std::string>& models)
    : settings_(std::move(settings)), models_(Json::array()), manifest_(std::move(manifest)) {
  for (const std::string& model : models) {
    const auto hash = file_hash(model);
    if (!hash) throw FileError(fmt::format("{}: cannot be read", nmfsep::quoted(model)));
    models_.push_back({{"file", Manifest::spelling(model)}, {"sha256", *hash}});
  }
}

bool TrackHistory::has(const fs::path& output) const {
  return manifest_->last_of(output).has_value();
}

std::optional<Json> TrackHistory::settled(const StemPlan& plan,
                                          const std::optional<std::string>& hash) const {
  const Json now = record(plan, hash);
  std::optional<Json> answer;
  for (const auto& [what, output] : plan.files()) {
    std::optional<Json> last = manifest_->last_of(output);
    if (!last || !is_current(*last, now)) return std::nullopt;
    const bool failed = (*last)["status"] == "failed";
    const bool done = (*last)["status"] == "done" && hash && is_whole(output, *last);
    if (!failed && !done) return std::nullopt;
    if (failed || !answer) answer = std::move(last);
  }
  return answer;
}

void TrackHistory::begin(const StemPlan& plan, const std::optional<std::string>& hash) {
  manifest_->append(record(plan, hash));
}

void TrackHistory::end(const StemPlan& plan, const std::optional<std::string>& hash,
                       const Json& result) {
  Json ended = record(plan, hash);
  for (const char* key : {"status", "error", "seconds", "elapsed_seconds", "residual_dbfs"})
    if (result.contains(key)) ended[key] = result[key];
  if (result["status"] == "done")
    for (const auto& [what, output] : plan.files())
      ended["outputs"][what]["bytes"] = fs::file_size(output);
  manifest_->append(ended);
}

Json TrackHistory::record(const StemPlan& plan, const std::optional<std::string>& hash) const {
  Json outputs = Json::object();
  for (const auto& [what, output] : plan.files())
    outputs[what] = {{"file", Manifest::spelling(output)}};
  return {{"format", "nmfsep-manifest"},
          {"version", 1},
          {"program", version},
          {"status", "begun"},
          {"time", utc_now()},
          {"input", Manifest::spelling(plan.input)},
          {"sha256", hash_or_null(hash)},
          {"settings", settings_},
          {"models", models_},
          {"outputs", outputs}};
}

void settle_overwriting(StemPlan& plan, const TrackHistory* history) {
  if (plan.overwrite == Overwrite::replace) return;
  for (const auto& [what, output] : plan.files()) {
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(output, ignored))) continue;
    if (history == nullptr || !history->has(output))
      throw FileError(
          fmt::format("{}: exists already; choose another --out-dir or pass --overwrite",
                      nmfsep::quoted(output)));
    plan.overwrite = Overwrite::replace;
  }
}

}  // namespace nmfsep::cli
