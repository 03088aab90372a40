#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "flags/commands.hpp"
#include "manual/renderings.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

/// Prints what is installed beside the program, and what docs/cli.md holds.
class Manual final : public Command {
 public:
  explicit Manual(Flags& parent)
      : Command(parent, "manual", "Print the manual, or a shell's completions") {
    app()
        .add_option(
            "form", form_,
            "man: a manual page; markdown: all commands in one document; bash, zsh or fish: "
            "completions for that shell")
        ->required()
        ->one_of({"man", "markdown", "bash", "zsh", "fish"})
        ->type_name("man|markdown|bash|zsh|fish");
    app()
        .add_option("command", command_,
                    "The command whose manual page it is (default: the program's own)")
        ->type_name("COMMAND");
    app().footer(
        fmt::format("Examples:\n"
                    "  {0} manual man train | man -l -\n"
                    "  {0} manual bash > ~/.local/share/bash-completion/completions/{0}",
                    parent.name()));
  }

 private:
  int execute(Console& console) override {
    const ProgramInterface interface = interface_of(*app().parent());
    if (form_ != "man" && !command_.empty())
      throw InvalidArgument(fmt::format("manual {}: is of all commands at once; leave '{}' out",
                                        form_, printable(command_)));
    console.out() << render(interface);
    return 0;
  }

  std::string render(const ProgramInterface& interface) const {
    if (form_ == "markdown") return markdown(interface);
    if (form_ == "bash") return bash_completion(interface);
    if (form_ == "zsh") return zsh_completion(interface);
    if (form_ == "fish") return fish_completion(interface);
    if (command_.empty()) return manual_page(interface, interface.program);
    const auto found =
        std::find_if(interface.commands.begin(), interface.commands.end(),
                     [&](const CommandInterface& command) { return command.name == command_; });
    if (found == interface.commands.end())
      throw InvalidArgument(fmt::format("manual: there is no command '{}'", printable(command_)));
    return manual_page(interface, *found);
  }

  std::string form_;
  std::string command_;
};

}  // namespace

std::unique_ptr<Command> make_manual(Flags& app) { return std::make_unique<Manual>(app); }

}  // namespace nmfsep::cli
