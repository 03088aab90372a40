#include "command.hpp"

#include <tbb/global_control.h>

#include <optional>

#include "nmfsep/core/errors.hpp"

namespace nmfsep::cli {

Command::Command(CLI::App& parent, const std::string& name, const std::string& description)
    : app_(*parent.add_subcommand(name, description)) {}

void Command::add_shared_flags() {
  app_.add_flag("--overwrite", overwrite_, "Replace outputs that exist (default: refuse)");
  app_.add_option("--json", json_, "Write the results as JSON to FILE, or to stdout for -")
      ->type_name("FILE|-");
  app_.add_option("--threads", threads_, "Threads to use (default: all cores)")
      ->check(CLI::Range(1, 1024).description(""))
      ->type_name("N");
  app_.add_flag("-q,--quiet", quiet_, "Say nothing on stderr but errors");
  app_.add_flag("-v,--verbose", verbose_, "Say more on stderr");
}

int Command::run(Console& console) {
  if (quiet_ && verbose_) throw InvalidArgument("--quiet and --verbose contradict each other");
  console.set_verbosity(quiet_     ? Console::Verbosity::quiet
                        : verbose_ ? Console::Verbosity::verbose
                                   : Console::Verbosity::normal);
  std::optional<tbb::global_control> limit;
  if (threads_ > 0)
    limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads_));
  return execute(console);
}

}  // namespace nmfsep::cli
