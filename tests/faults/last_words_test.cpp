// Ends of a process that leave no time for destructors.
#include "console/last_words.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <new>
#include <stdexcept>

#include "nmfsep/core/pending_file.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/sanitizers.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// A process that does `fatal` while it writes a file: its status, what it says, and no file.
struct End {
  explicit End(const std::function<void()>& fatal) {
    const TemporaryFolder said;
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(::open((said / "err").c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
      std::signal(SIGSEGV, SIG_DFL);  // the tests' own words
      cli::say_last_words_when_aborted();
      const PendingFile pending(folder / "model", Overwrite::refuse);
      fatal();
      ::_exit(0);
    }
    ::waitpid(child, &status, 0);
    err = read_bytes(said / "err");
  }

  TemporaryFolder folder;
  int status = 0;
  std::string err;
};

/// Nobody can catch what comes out of it.
void nowhere_to_throw(const std::function<void()>& work) noexcept { work(); }

}  // namespace

TEST_CASE("who aborts for lack of memory still says so, with status 1 and no temporaries") {
  const End end([] { std::abort(); });
  REQUIRE(WIFEXITED(end.status));
  CHECK(WEXITSTATUS(end.status) == 1);
  CHECK_THAT(end.err, contains("nmfsep: a library gave up, most likely for lack of memory"));
  CHECK(end.folder.entries().empty());
}

TEST_CASE("who crashes for lack of memory still says so, with status 1 and no temporaries") {
  if (is_sanitized) return;  // sanitizers have words of their own
  const End end([] { std::raise(SIGSEGV); });
  REQUIRE(WIFEXITED(end.status));
  CHECK(WEXITSTATUS(end.status) == 1);
  CHECK_THAT(end.err, contains("nmfsep: a library crashed, most likely for lack of memory"));
  CHECK(end.folder.entries().empty());
}

TEST_CASE("memory that runs out where nothing may be thrown is told, with status 1") {
  const End end([] { nowhere_to_throw([] { throw std::bad_alloc(); }); });
  REQUIRE(WIFEXITED(end.status));
  CHECK(WEXITSTATUS(end.status) == 1);
  CHECK(end.err == "nmfsep: out of memory\n");
  CHECK(end.folder.entries().empty());
}

TEST_CASE("another fault where nothing may be thrown is told by what it is") {
  const End end([] { nowhere_to_throw([] { throw std::runtime_error("a crossed wire"); }); });
  REQUIRE(WIFEXITED(end.status));
  CHECK(WEXITSTATUS(end.status) == 1);
  CHECK_THAT(end.err, contains("a crossed wire") && contains("nmfsep: a library gave up"));
  CHECK(end.folder.entries().empty());
}
