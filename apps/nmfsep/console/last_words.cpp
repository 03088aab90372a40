// Ends that leave no time for destructors: POSIX calls that a signal handler may make.
#include "console/last_words.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>

#include "nmfsep/core/pending_file.hpp"

namespace nmfsep::cli {
namespace {

constexpr int failed = 1;
std::terminate_handler terminate_by_default = nullptr;

void say(std::string_view text) noexcept {
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, text.data(), text.size());
}

/// An exception that nobody can catch any more.
[[noreturn]] void tell_of_lost_memory() {
  try {
    if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    leave_at_once("nmfsep: out of memory\n", failed);
  } catch (...) {  // told by the default handler, which aborts
  }
  terminate_by_default();
  std::abort();
}

/// A library has found no other way. It tells by itself what failed.
void tell_of_abort(int /*signal*/) {
  leave_at_once(
      "nmfsep: a library gave up, most likely for lack of memory; with enough of it this is a "
      "fault of nmfsep\n",
      failed);
}

/// A library, or nmfsep, has used memory that it did not get.
void tell_of_crash(int /*signal*/) {
  leave_at_once(
      "nmfsep: a library crashed, most likely for lack of memory; with enough of it this is a "
      "fault of nmfsep\n",
      failed);
}

/// Sanitizers, which have better words, come first.
bool is_handled(int signal) {
  struct sigaction action = {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_DFL;
}

}  // namespace

void leave_at_once(std::string_view message, int status) noexcept {
  PendingFile::discard_all();
  if (::isatty(STDERR_FILENO) != 0) say("\r\x1b[K");  // in the place of the progress line
  say(message);
  ::_exit(status);
}

void say_last_words_when_aborted() {
  terminate_by_default = std::set_terminate(tell_of_lost_memory);
  std::signal(SIGABRT, tell_of_abort);
  if (!is_handled(SIGSEGV)) std::signal(SIGSEGV, tell_of_crash);
}

}  // namespace nmfsep::cli
