#pragma once

#include <string>

#include "interface.hpp"

namespace nmfsep::cli {

/// What --help prints of one command, or of the program for its own name: at most 80 columns.
std::string help_text(const ProgramInterface& interface, const CommandInterface& command);

/// A page for man(1), in roff, of one command or of the program.
std::string manual_page(const ProgramInterface& interface, const CommandInterface& command);

/// The whole command line as Markdown.
std::string markdown(const ProgramInterface& interface);

/// Scripts that complete commands, flags, the values of flags that allow a few, and file names.
std::string bash_completion(const ProgramInterface& interface);
std::string zsh_completion(const ProgramInterface& interface);
std::string fish_completion(const ProgramInterface& interface);

/// What every command's exit status says.
struct ExitStatus {
  const char* status;
  const char* meaning;
};
inline constexpr ExitStatus exit_statuses[] = {
    {"0", "All is done."},
    {"1",
     "Something failed: a file could not be read or written, or one of several inputs was bad."},
    {"2", "Wrong usage: a flag or a value that cannot be, and nothing was done."},
    {"130, 143", "Interrupted, by Ctrl-C or by SIGTERM."},
    {"129, 141", "The terminal was closed, or the program that reads what this one writes."},
};

}  // namespace nmfsep::cli
