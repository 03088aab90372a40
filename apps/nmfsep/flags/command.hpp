#pragma once

#include <string>
#include <vector>

#include "console/console.hpp"
#include "flags/flags.hpp"
#include "nmfsep/core/pending_file.hpp"

namespace nmfsep::cli {

/// A subcommand. It lives while the arguments are parsed into it, and then runs.
class Command {
 public:
  virtual ~Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  /// Whether the user chose this one.
  bool chosen() const { return app_.chosen(); }

  /// Applies the flags that all commands share, then does the work. Answers the exit status. What
  /// it throws of options that cannot be names the flags.
  int run(Console& console);

 protected:
  /// Adds the subcommand. The derived constructor adds its flags, then the shared ones, which so
  /// come last in the help.
  Command(Flags& parent, const std::string& name, const std::string& description);
  void add_shared_flags();

  virtual int execute(Console& console) = 0;

  /// Throws InvalidArgument when one of `outputs`, --json's among them, is an input or another
  /// output: nothing that is read may be replaced by what is written. An output called - is
  /// refused.
  void check_outputs(const std::vector<std::string>& inputs,
                     const std::vector<std::string>& outputs) const;

  Flags& app() { return app_; }
  const Flags& app() const { return app_; }
  Overwrite overwrite() const { return overwrite_ ? Overwrite::replace : Overwrite::refuse; }
  /// Where --json goes: a file, "-" for stdout, or empty for nowhere.
  const std::string& json_target() const { return json_; }

 private:
  void refuse_empty_values() const;

  Flags& app_;
  int threads_ = 0;
  bool quiet_ = false;
  bool verbose_ = false;
  bool overwrite_ = false;
  std::string json_;
};

}  // namespace nmfsep::cli
