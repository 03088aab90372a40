#pragma once

#include <string>
#include <vector>

#include "files/inputs.hpp"
#include "flags/flags.hpp"
#include "flags/shard.hpp"
#include "separate/batch/separate_batch.hpp"

namespace nmfsep::cli {

/// The flags that say which files are separated, and how a run goes about many of them.
class BatchFlags {
 public:
  void add_inputs(Flags& app);
  void add_to(Flags& app);

  /// Throws InvalidArgument for flags that make no sense without another.
  void validate() const;

  /// Throws as find_inputs. The stems go to `out_dir`.
  FoundInputs inputs(const std::string& out_dir) const;

  /// The inputs that are models, which are inputs no more: what follows -m MODEL without a flag of
  /// its own. Throws InvalidArgument for models without any -m, and where nothing else is left to
  /// separate.
  std::vector<std::string> take_models(bool was_model_given);

  /// Whether an input is -.
  bool reads_stdin() const;

  BatchOptions options() const;

  /// Which of the inputs this run takes.
  Shard shard() const { return parse_shard(shard_); }

  /// A file, or empty for none.
  const std::string& manifest() const { return manifest_; }

  /// Whether only to say what would be done.
  bool dry_run() const { return dry_run_; }

 private:
  std::vector<std::string> inputs_;
  bool recursive_ = false;
  int jobs_ = 1;
  std::string manifest_;
  std::string shard_;
  bool retry_failed_ = false;
  bool dry_run_ = false;
};

}  // namespace nmfsep::cli
