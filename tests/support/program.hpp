#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nmfsep::test {

/// What a run of the program left to see.
struct ProgramResult {
  int status = 0;  ///< exit status; 128 + signal when a signal ended it
  std::string out;
  std::string err;
  double seconds = 0;
  double seconds_after_signal = 0;  ///< how long it still ran once it was interrupted
  double peak_memory = 0;           ///< bytes resident at most
};

/// How a run differs from the plain one.
struct ProgramOptions {
  std::filesystem::path folder = ".";         ///< where it runs
  std::vector<std::string> environment = {};  ///< NAME=VALUE, beside this process's own
  int interrupt_after_ms = 0;                 ///< send `signal` after so long; 0 = never
  int signal = 2;                             ///< SIGINT
  unsigned open_files = 0;                    ///< how many it may have at once; 0 = any
};

/// Runs the built nmfsep program with `arguments` and waits for it.
ProgramResult run_program(const std::vector<std::string>& arguments,
                          const ProgramOptions& options = {});

/// Runs another program, found on PATH.
ProgramResult run_command(const std::vector<std::string>& command,
                          const ProgramOptions& options = {});

}  // namespace nmfsep::test
