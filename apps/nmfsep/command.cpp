#include "command.hpp"

#include <tbb/global_control.h>

#include <optional>

namespace nmfsep::cli {

Command::Command(CLI::App& parent, const std::string& name, const std::string& description)
    : app_(*parent.add_subcommand(name, description)) {
  app_.add_option("--threads", threads_, "Threads to use (default: all cores)")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  app_.add_flag("--overwrite", overwrite_, "Replace outputs that exist (default: refuse)");
  app_.add_option("--json", json_, "Write the results as JSON to FILE, or to stdout for -")
      ->type_name("FILE|-");
  auto* quiet = app_.add_flag("-q,--quiet", quiet_, "Say nothing on stderr but errors");
  app_.add_flag("-v,--verbose", verbose_, "Say more on stderr")->excludes(quiet);
}

int Command::run(Console& console) {
  console.set_verbosity(quiet_     ? Console::Verbosity::quiet
                        : verbose_ ? Console::Verbosity::verbose
                                   : Console::Verbosity::normal);
  std::optional<tbb::global_control> limit;
  if (threads_ > 0)
    limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads_));
  return execute(console);
}

}  // namespace nmfsep::cli
