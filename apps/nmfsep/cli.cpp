#include "cli.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <new>
#include <ostream>
#include <vector>

#include "commands.hpp"
#include "interrupt.hpp"
#include "manual/renderings.hpp"
#include "misspelling.hpp"
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

/// The help of the command that `app` is.
std::string help_of(const CLI::App& app) {
  const CLI::App* root = app.get_parent() == nullptr ? &app : app.get_parent();
  const ProgramInterface interface = interface_of(*root);
  for (const CommandInterface& command : interface.commands)
    if (command.name == app.get_name()) return help_text(interface, command);
  return help_text(interface, interface.program);
}

/// What is said of `word`, which `app` does not take.
std::string unexpected(const CLI::App& app, const std::string& word) {
  const auto said = [&](const char* what, const std::vector<std::string>& known) {
    const auto meant = meant_by(word, known);
    return fmt::format("{}: {}{}", word, what,
                       meant ? fmt::format("; did you mean {}?", *meant) : "");
  };
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  if (word.starts_with("-")) return said("there is no such flag", known);
  if (app.get_parent() != nullptr) return said("is one argument too many", {});
  known.clear();
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    known.push_back(command->get_name());
  return said("there is no such command", known);
}

/// What is wrong with the command line, with a guess where `app` or its command leaves words over.
std::string complaint(const CLI::ParseError& error, const CLI::App& app) {
  if (const auto words = app.remaining(); !words.empty()) return unexpected(app, words.front());
  for (const CLI::App* command : app.get_subcommands())
    if (const auto words = command->remaining(); !words.empty())
      return unexpected(*command, words.front());
  return error.what();
}

int usage_error(const std::string& complaint, std::ostream& err) {
  err << fmt::format("nmfsep: {}\nRun with --help for more information.\n", printable(complaint));
  return wrong_usage;
}

int parse_and_run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app(
      "nmfsep separates recordings into their sources, with models learnt from a few "
      "seconds of each.",
      "nmfsep");
  app.formatter_fn(
      [](const CLI::App* each, const std::string&, CLI::AppFormatMode) { return help_of(*each); });
  bool show_version = false;
  bool verbose = false;
  app.add_flag("--version", show_version, "The version of nmfsep and of its libraries");
  app.add_flag("-v,--verbose", verbose, "With --version: more about this build and machine");
  std::vector<std::unique_ptr<Command>> commands;
  for (const auto make : {make_train, make_train_set, make_tune, make_separate, make_evaluate,
                          make_bundle, make_info, make_manual})
    commands.push_back(make(app));
  app.require_subcommand(0, 1);
  app.footer("Run `nmfsep COMMAND --help` for a command's flags and examples.");

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help, out, err);
  } catch (const CLI::ParseError& error) {
    return usage_error(complaint(error, app), err);
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
  err << app.help();
  return wrong_usage;
}

}  // namespace

int run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  try {
    return parse_and_run(argc, argv, out, err);
  } catch (const std::bad_alloc&) {
    err << "nmfsep: out of memory\n";
    return failed;
  }
}

}  // namespace nmfsep::cli
