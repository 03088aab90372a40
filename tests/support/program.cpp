#include "support/program.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "support/bytes.hpp"
#include "support/paths.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {
namespace {

void redirect(const std::filesystem::path& path, int descriptor) {
  ::dup2(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), descriptor);
}

/// In the child, after fork: only returns by becoming the program.
[[noreturn]] void become(const std::vector<std::string>& command, const ProgramOptions& options,
                         const TemporaryFolder& capture) {
  ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
  redirect(capture / "out", STDOUT_FILENO);
  redirect(capture / "err", STDERR_FILENO);
  if (const rlim_t files = options.open_files; files > 0) {
    const rlimit limit{files, files};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  ::signal(SIGHUP, SIG_DFL);  // tests that run under nohup hand on that it is ignored
  if (::chdir(options.folder.c_str()) != 0) ::_exit(126);
  for (const std::string& variable : options.environment) {
    const auto equals = variable.find('=');
    ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
  }
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

ProgramResult run_command(const std::vector<std::string>& command, const ProgramOptions& options) {
  using Clock = std::chrono::steady_clock;
  const auto seconds_since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const TemporaryFolder capture;
  const auto started = Clock::now();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) become(command, options, capture);
  if (options.interrupt_after_ms > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(options.interrupt_after_ms));
    ::kill(child, options.signal);
  }
  const auto signalled = Clock::now();
  int status = 0;
  rusage usage = {};
  ::wait4(child, &status, 0, &usage);
  ProgramResult result;
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.seconds = seconds_since(started);
  result.seconds_after_signal = seconds_since(signalled);
  result.peak_memory = 1024.0 * static_cast<double>(usage.ru_maxrss);
  result.out = read_bytes(capture / "out");
  result.err = read_bytes(capture / "err");
  return result;
}

ProgramResult run_program(const std::vector<std::string>& arguments,
                          const ProgramOptions& options) {
  std::vector<std::string> command{program_path()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_command(command, options);
}

}  // namespace nmfsep::test
