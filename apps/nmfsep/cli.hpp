#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "flags/command.hpp"

namespace nmfsep::cli {

/// A program of several commands.
struct Program {
  std::string name;
  std::string description;
  std::vector<std::function<std::unique_ptr<Command>(Flags&)>> commands;  ///< adds each
};

/// What a program was started with.
struct Arguments {
  int count;
  char** values;
};

/// A program: parses the arguments, runs the subcommand, and answers the exit status: 0 done,
/// 1 something failed, 2 wrong usage, 130 interrupted. Results go to `out`, all else to `err`.
int run(const Program& program, Arguments arguments, std::ostream& out, std::ostream& err);

/// That of nmfsep.
int run(int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace nmfsep::cli
