#include "separate/batch/batch_flags.hpp"

#include <algorithm>

#include "nmfsep/core/errors.hpp"

namespace nmfsep::cli {

void BatchFlags::add_inputs(Flags& app) {
  app.add_option("inputs", inputs_,
                 "Audio files, folders of them, patterns in quotes, as in 'live/*.flac', and - for "
                 "stdin")
      ->required()
      ->type_name("PATH")
      ->changes_no_stem();
  app.add_flag("-r,--recursive", recursive_,
               "Search also the folders in a folder (default: its own files alone)")
      ->changes_no_stem();
}

void BatchFlags::add_to(Flags& app) {
  app.add_option("-j,--jobs", jobs_,
                 "Files to work on at once, within the threads; each takes its own memory "
                 "(default: 1)")
      ->between(1, 1024)
      ->type_name("N")
      ->changes_no_stem();
  app.add_option("--manifest", manifest_,
                 "Keep a record of each input in FILE, as lines of JSON, and do only what it does "
                 "not have as done")
      ->type_name("FILE")
      ->changes_no_stem();
  app.add_flag("--retry-failed", retry_failed_,
               "With --manifest: try again what failed (default: only what has changed)")
      ->changes_no_stem();
  app.add_flag("--dry-run", dry_run_,
               "Say what would be written and what it would take, and write nothing")
      ->changes_no_stem();
}

void BatchFlags::validate() const {
  if (retry_failed_ && manifest_.empty())
    throw InvalidArgument("--retry-failed: only a --manifest knows what failed; name one");
}

std::vector<InputFile> BatchFlags::inputs(const std::string& out_dir) const {
  return find_inputs(inputs_, {recursive_, out_dir});
}

bool BatchFlags::reads_stdin() const {
  return std::find(inputs_.begin(), inputs_.end(), "-") != inputs_.end();
}

BatchOptions BatchFlags::options() const { return {jobs_, retry_failed_}; }

}  // namespace nmfsep::cli
