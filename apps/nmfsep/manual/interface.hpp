#pragma once

#include <string>
#include <vector>

#include "flags/flags.hpp"

namespace nmfsep::cli {

/// A flag or a positional argument, as the tables of the command line declare it.
struct Argument {
  std::vector<std::string> names;    ///< "-o", "--output"; none for a positional
  std::string value;                 ///< what it takes: "FILE", "wav|flac"; empty for a switch
  std::vector<std::string> choices;  ///< "wav", "flac", where only these are allowed
  std::string text;                  ///< what it does, in a sentence, with its default
  std::string group;                 ///< the title below which it stands; may be empty
  bool takes_path = false;
  bool required = false;
  bool repeatable = false;
};

/// A subcommand, or the program itself.
struct CommandInterface {
  std::string name;
  std::string description;
  std::string examples;  ///< remarks and examples, which stand below its flags in the help
  std::vector<Argument> positionals;
  std::vector<Argument> flags;
};

/// The whole command line: what help, manual pages and completions are made from.
struct ProgramInterface {
  CommandInterface program;
  std::vector<CommandInterface> commands;
};

/// Flags that stand together.
struct FlagGroup {
  std::string title;
  std::vector<Argument> flags;
};

/// The flags of a command below their titles, in the order in which these were first taken up; what
/// every command has comes last.
std::vector<FlagGroup> groups_of(const CommandInterface& command);

ProgramInterface interface_of(const Flags& program);

/// "nmfsep train [OPTIONS] FILE..."
std::string synopsis(const ProgramInterface& interface, const CommandInterface& command);

/// "-o, --output FILE"
std::string heading(const Argument& argument);

/// `text` in lines of at most `width` columns, broken at spaces.
std::vector<std::string> wrapped(const std::string& text, std::size_t width);

}  // namespace nmfsep::cli
