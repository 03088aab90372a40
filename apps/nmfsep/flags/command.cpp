#include "flags/command.hpp"

#include <fmt/format.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <filesystem>
#include <map>
#include <optional>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

/// One name for each file, whatever links and dots lead to it.
std::filesystem::path canonical(const std::string& path) {
  std::error_code error;
  const auto result = std::filesystem::weakly_canonical(path, error);
  return error ? std::filesystem::path(path).lexically_normal() : result;
}

/// oneTBB sets itself up at its first use. When memory runs out in that, the next use waits for
/// ever, as for the next track of a batch; so it happens here, where a failure ends the run.
void start_tbb() {
  tbb::parallel_for(0, 1, [](int) {});
}

}  // namespace

Command::Command(Flags& parent, const std::string& name, const std::string& description)
    : app_(parent.add_command(name, description)) {}

void Command::add_shared_flags() {
  app_.begin_group(general_group);
  app_.add_flag("--overwrite", overwrite_, "Replace outputs that exist (default: refuse)")
      ->changes_no_result();
  app_.add_option("--json", json_, "Write the results as JSON to FILE, or to stdout for -")
      ->type_name("FILE|-")
      ->changes_no_result();
  app_.add_option("--threads", threads_, "Threads to use (default: all cores)")
      ->between(1, 1024)
      ->type_name("N")
      ->changes_no_result();
  app_.add_flag("-q,--quiet", quiet_, "Say nothing on stderr but errors")->changes_no_result();
  app_.add_flag("-v,--verbose", verbose_, "Say more on stderr")->changes_no_result();
}

int Command::run(Console& console) {
  refuse_empty_values();
  if (quiet_ && verbose_) throw InvalidArgument("--quiet and --verbose contradict each other");
  console.set_verbosity(quiet_     ? Console::Verbosity::quiet
                        : verbose_ ? Console::Verbosity::verbose
                                   : Console::Verbosity::normal);
  std::optional<tbb::global_control> limit;
  if (threads_ > 0)
    limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads_));
  start_tbb();
  try {
    return execute(console);
  } catch (const InvalidArgument& error) {
    throw InvalidArgument(in_flags(error.what(), app_));
  }
}

/// An empty value most often comes from a shell variable that was never set.
void Command::refuse_empty_values() const {
  for (const auto& flag : app_.all())
    for (const std::string& value : flag->given())
      if (value.empty())
        throw InvalidArgument(fmt::format("{}: is empty; give a value", flag->name()));
}

void Command::check_outputs(const std::vector<std::string>& inputs,
                            const std::vector<std::string>& outputs) const {
  std::map<std::filesystem::path, std::string> read;
  for (const std::string& input : inputs) read.emplace(canonical(input), input);
  std::map<std::filesystem::path, std::string> written;
  const auto check = [&](const std::string& output) {
    const auto path = canonical(output);
    if (read.contains(path))
      throw InvalidArgument(fmt::format("{}: is an input and an output; choose another output",
                                        nmfsep::quoted(output)));
    if (!written.emplace(path, output).second)
      throw InvalidArgument(fmt::format("{}: is named for two outputs; choose another name for one",
                                        nmfsep::quoted(output)));
  };
  for (const std::string& output : outputs) {
    if (output == "-")
      throw InvalidArgument("'-': only --json can go to stdout; give this output a file name");
    check(output);
  }
  if (!json_.empty() && json_ != "-") check(json_);
}

}  // namespace nmfsep::cli
