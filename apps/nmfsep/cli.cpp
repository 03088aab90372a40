#include "cli.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <new>
#include <optional>
#include <ostream>
#include <string_view>
#include <vector>

#include "console/interrupt.hpp"
#include "flags/commands.hpp"
#include "flags/misspelling.hpp"
#include "manual/renderings.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "versions.hpp"

namespace nmfsep::cli {
namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;

/// Does `work` and turns what it throws into a message and a status.
template <typename Work>
int answer(Console& console, const Work& work) {
  try {
    const int status = work();
    if (console.out().flush()) return status;
    if (pipe_closed()) return interrupt_status();
    console.error("cannot write to standard output");
    return failed;
  } catch (const Cancelled&) {
    stop_without_haste();
    if (!pipe_closed()) console.error("interrupted");  // who closed a pipe wants to hear no more
    return interrupt_status();
  } catch (const InvalidArgument& error) {
    console.error(error.what());
    return wrong_usage;
  } catch (const std::bad_alloc&) {
    console.error("out of memory");
    return failed;
  } catch (const std::exception& error) {
    console.error(error.what());
    return failed;
  }
}

/// The usual limit of 1024 spares programs that use select(); a track of many stems needs more.
void allow_many_descriptors() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// The help of the program, or of one of its commands.
std::string help_of(const Flags& flags) {
  const Flags& program = flags.parent() == nullptr ? flags : *flags.parent();
  const ProgramInterface interface = interface_of(program);
  for (const CommandInterface& command : interface.commands)
    if (command.name == flags.name()) return help_text(interface, command);
  return help_text(interface, interface.program);
}

/// What is said of `word`, which the program or command of these flags does not take.
std::string unexpected(const Flags& flags, const std::string& word) {
  const auto said = [&](const char* what, const std::vector<std::string>& known) {
    const auto meant = meant_by(word, known);
    return fmt::format("{}: {}{}", word, what,
                       meant ? fmt::format("; did you mean {}?", *meant) : "");
  };
  std::vector<std::string> known;
  for (const auto& flag : flags.all())
    for (const std::string& name : flag->names())
      if (name.starts_with("--")) known.push_back(name);
  if (word.starts_with("-")) return said("there is no such flag", known);
  if (flags.parent() != nullptr) return said("is one argument too many", {});
  known.clear();
  for (const auto& command : flags.commands()) known.push_back(command->name());
  return said("there is no such command", known);
}

/// What is wrong with the command line, with a guess where a word is left over.
std::string complaint(const UsageError& error) {
  return error.place == nullptr ? error.what() : unexpected(*error.place, error.word);
}

/// The help that `nmfsep help` and `nmfsep help COMMAND` ask for, if that is what stands here.
std::optional<std::string> asked_help(const Flags& program, int argc, char** argv) {
  if (argc < 2 || argc > 3 || std::string_view(argv[1]) != "help") return std::nullopt;
  if (argc == 2) return help_of(program);
  for (const auto& command : program.commands())
    if (command->name() == argv[2]) return help_of(*command);
  throw UsageError(unexpected(program, argv[2]));
}

int usage_error(const std::string& complaint, std::ostream& err) {
  err << fmt::format("nmfsep: {}\nRun with --help for more information.\n", printable(complaint));
  return wrong_usage;
}

int parse_and_run(const Program& program, Arguments arguments, std::ostream& out,
                  std::ostream& err) {
  const auto [argc, argv] = arguments;
  Flags app(program.description, program.name);
  bool show_version = false;
  bool verbose = false;
  app.add_flag("--version", show_version, "The version of nmfsep and of its libraries");
  app.add_flag("-v,--verbose", verbose, "With --version: more about this build and machine");
  std::vector<std::unique_ptr<Command>> commands;
  for (const auto& add : program.commands) commands.push_back(add(app));
  app.footer(
      fmt::format("Run `{} COMMAND --help` for a command's flags and examples.", program.name));

  try {
    std::optional<std::string> help = asked_help(app, argc, argv);
    if (!help)
      if (const Flags* asked = app.parse(argc, argv)) help = help_of(*asked);
    if (help) {
      out << *help;
      return 0;
    }
  } catch (const UsageError& error) {
    return usage_error(complaint(error), err);
  }
  watch_for_interrupts();
  allow_many_descriptors();
  Console console(out, err, ::isatty(STDERR_FILENO) != 0);
  if (show_version)
    return answer(console, [&] {
      console.out() << versions(verbose);
      return 0;
    });
  for (const auto& command : commands)
    if (command->chosen()) return answer(console, [&] { return command->run(console); });
  err << help_of(app);
  return wrong_usage;
}

}  // namespace

int run(const Program& program, Arguments arguments, std::ostream& out, std::ostream& err) {
  try {
    return parse_and_run(program, arguments, out, err);
  } catch (const std::bad_alloc&) {
    err << "nmfsep: out of memory\n";
    return failed;
  }
}

int run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  return run({"nmfsep",
              "nmfsep separates recordings into their sources, with models learnt from a few "
              "seconds of each.",
              {make_train, make_train_set, make_train_universal, make_tune, make_separate,
               make_evaluate, make_bundle, make_train_onsets, make_onsets, make_manifest, make_info,
               make_plot, make_report, make_paint, make_manual}},
             {argc, argv}, out, err);
}

}  // namespace nmfsep::cli
