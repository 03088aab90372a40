#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "separate/batch/manifest.hpp"
#include "separate/stem_plan.hpp"

namespace nmfsep::cli {

/// What earlier runs made of the inputs of a batch, by its manifest.
class TrackHistory {
 public:
  /// `settings` are all that stems depend on beside the input and the content of `models`. Throws
  /// FileError when a model cannot be read.
  TrackHistory(std::unique_ptr<Manifest> manifest, Json settings,
               const std::vector<std::string>& models);

  /// Whether the output was made, or begun, by a run with this manifest.
  bool has(const std::filesystem::path& output) const;

  /// The record that still tells what would come of the input, whose content is `hash`: it was done
  /// with these settings and models, and its outputs are there and as long as then; or it failed.
  std::optional<Json> settled(const StemPlan& plan, const std::optional<std::string>& hash) const;

  /// Writes that the input is begun, and later how it ended: `result` has a status of "done" or
  /// "failed", and more that the record keeps. Safe to use from many threads. Throws FileError.
  void begin(const StemPlan& plan, const std::optional<std::string>& hash);
  void end(const StemPlan& plan, const std::optional<std::string>& hash, const Json& result);

  /// Rids the manifest of what later records took the place of. Call once, last.
  void finish() { manifest_->compact(); }

 private:
  Json record(const StemPlan& plan, const std::optional<std::string>& hash) const;

  Json settings_;
  Json models_;
  std::unique_ptr<Manifest> manifest_;
};

/// What an earlier run with this manifest made may be made anew. Throws FileError for an output
/// that is there and was not; `history` may be null.
void settle_overwriting(StemPlan& plan, const TrackHistory* history);

}  // namespace nmfsep::cli
