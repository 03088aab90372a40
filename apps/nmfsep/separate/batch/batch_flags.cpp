#include "separate/batch/batch_flags.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/model_file.hpp"

namespace nmfsep::cli {

void BatchFlags::add_inputs(Flags& app) {
  app.add_option("inputs", inputs_,
                 "Audio files, folders of them, patterns in quotes, as in 'live/*.flac', and - for "
                 "stdin")
      ->required()
      ->type_name("PATH")
      ->changes_no_result();
}

void BatchFlags::add_to(Flags& app) {
  app.begin_group("Batches");
  app.add_flag("-r,--recursive", recursive_,
               "Search also the folders in a folder (default: its own files alone)")
      ->changes_no_result();
  app.add_option("-j,--jobs", jobs_,
                 "Files to work on at once, within the threads; each takes its own memory "
                 "(default: 1)")
      ->between(1, 1024)
      ->type_name("N")
      ->changes_no_result();
  app.add_option("--manifest", manifest_,
                 "Keep a record of each input in FILE, as lines of JSON, and do only what it does "
                 "not have as done")
      ->type_name("FILE")
      ->changes_no_result();
  add_shard_flag(app, shard_, "inputs");
  app.add_flag("--retry-failed", retry_failed_,
               "With --manifest: try again what failed (default: only what has changed)")
      ->changes_no_result();
  app.add_flag("--dry-run", dry_run_,
               "Say what would be written and what it would take, and write nothing")
      ->changes_no_result();
}

void BatchFlags::validate() const {
  parse_shard(shard_);
  if (!shard_.empty() && reads_stdin())
    throw InvalidArgument("--shard shares files out, and - is one; leave out one of them");
  if (retry_failed_ && manifest_.empty())
    throw InvalidArgument("--retry-failed: only a --manifest knows what failed; name one");
}

FoundInputs BatchFlags::inputs(const std::string& out_dir) const {
  return find_inputs(inputs_, {recursive_, out_dir});
}

std::vector<std::string> BatchFlags::take_models(bool was_model_given) {
  const auto first_model =
      std::stable_partition(inputs_.begin(), inputs_.end(),
                            [](const std::string& input) { return !looks_like_model(input); });
  std::vector<std::string> models(first_model, inputs_.end());
  inputs_.erase(first_model, inputs_.end());
  if (models.empty()) return models;
  if (!was_model_given)
    throw InvalidArgument(
        fmt::format("{}: a model and no mixture; give it with -m", nmfsep::quoted(models.front())));
  if (inputs_.empty())
    throw InvalidArgument(fmt::format("{}: a model, and there is no mixture to separate with it",
                                      nmfsep::quoted(models.front())));
  return models;
}

bool BatchFlags::reads_stdin() const {
  return std::find(inputs_.begin(), inputs_.end(), "-") != inputs_.end();
}

BatchOptions BatchFlags::options() const { return {jobs_, retry_failed_}; }

}  // namespace nmfsep::cli
