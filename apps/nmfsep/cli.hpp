#pragma once

#include <iosfwd>

namespace nmfsep::cli {

/// The program: parses the arguments, runs the subcommand, and answers the exit status: 0 done,
/// 1 something failed, 2 wrong usage, 130 interrupted. Results go to `out`, all else to `err`.
int run(int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace nmfsep::cli
