#include "nmfsep/core/pending_file.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "nmfsep/core/errors.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using nmfsep::FileError;
using nmfsep::Overwrite;
using nmfsep::PendingFile;
using nmfsep::test::read_bytes;
using nmfsep::test::TemporaryFolder;
using nmfsep::test::write_bytes;

TEST_CASE("a committed file has its content, its name and no sibling") {
  TemporaryFolder folder;
  PendingFile file(folder / "model", Overwrite::refuse);
  write_bytes(file.temporary(), "whole");
  CHECK_FALSE(std::filesystem::exists(folder / "model"));
  file.commit();
  CHECK(read_bytes(folder / "model") == "whole");
  CHECK(folder.entries() == std::vector<std::string>{"model"});
}

TEST_CASE("a file that is not committed leaves nothing behind") {
  TemporaryFolder folder;
  { write_bytes(PendingFile(folder / "model", Overwrite::refuse).temporary(), "half"); }
  CHECK(folder.entries().empty());
}

TEST_CASE("an existing file is refused at once, unless it may be replaced") {
  TemporaryFolder folder;
  write_bytes(folder / "model", "old");
  CHECK_THROWS_WITH(PendingFile(folder / "model", Overwrite::refuse), contains("--overwrite"));
  PendingFile file(folder / "model", Overwrite::replace);
  write_bytes(file.temporary(), "new");
  CHECK(read_bytes(folder / "model") == "old");
  file.commit();
  CHECK(read_bytes(folder / "model") == "new");
}

TEST_CASE("a file that appears before the commit is left alone") {
  TemporaryFolder folder;
  {
    PendingFile file(folder / "model", Overwrite::refuse);
    write_bytes(file.temporary(), "ours");
    write_bytes(folder / "model", "theirs");
    CHECK_THROWS_AS(file.commit(), FileError);
  }
  CHECK(read_bytes(folder / "model") == "theirs");
  CHECK(folder.entries().size() == 1);
}

TEST_CASE("a folder in the file's place, or no folder at all, is an error that names it") {
  TemporaryFolder folder;
  CHECK_THROWS_WITH(PendingFile(folder.path(), Overwrite::replace),
                    contains(folder.path().string()));
  CHECK_THROWS_WITH(PendingFile(folder / "absent/model", Overwrite::replace),
                    contains("absent/model': there is no folder '") && contains("make it first"));
}

TEST_CASE("a moved pending file is committed once") {
  TemporaryFolder folder;
  PendingFile first(folder / "model", Overwrite::refuse);
  PendingFile second(std::move(first));
  write_bytes(second.temporary(), "whole");
  second.commit();
  CHECK(folder.entries() == std::vector<std::string>{"model"});
}

TEST_CASE("what a killed run left is removed by the next one") {
  TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    PendingFile file(folder / "model", Overwrite::refuse);
    write_bytes(file.temporary(), "half");
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  REQUIRE(folder.entries().size() == 1);
  PendingFile file(folder / "model", Overwrite::refuse);
  write_bytes(file.temporary(), "whole");
  file.commit();
  CHECK(read_bytes(folder / "model") == "whole");
  CHECK(folder.entries() == std::vector<std::string>{"model"});
}

TEST_CASE("a process that ends without destructors can discard its temporaries, and no others") {
  TemporaryFolder folder;
  write_bytes(folder / ".nmfsep-other.part", "another run's");
  const pid_t child = ::fork();
  if (child == 0) {
    const nmfsep::Descriptor other(::open((folder / ".nmfsep-other.part").c_str(), O_RDONLY));
    const PendingFile first(folder / "first", Overwrite::refuse);
    PendingFile second(folder / "second", Overwrite::refuse);
    second.commit();
    PendingFile::discard_all();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  CHECK(folder.entries() == std::vector<std::string>{".nmfsep-other.part", "second"});
}

TEST_CASE("a file that another writes at this moment is refused") {
  TemporaryFolder folder;
  PendingFile first(folder / "model", Overwrite::replace);
  write_bytes(first.temporary(), "first");
  CHECK_THROWS_WITH(PendingFile(folder / "model", Overwrite::replace),
                    contains("model'") && contains("another run"));
  first.commit();
  PendingFile second(folder / "model", Overwrite::replace);
  write_bytes(second.temporary(), "second");
  second.commit();
  CHECK(read_bytes(folder / "model") == "second");
}

TEST_CASE("a link in the temporary's place is not followed") {
  TemporaryFolder folder;
  const auto temporary = PendingFile(folder / "model", Overwrite::refuse).temporary();
  write_bytes(folder / "precious", "kept");
  std::filesystem::create_symlink(folder / "precious", temporary);
  CHECK_THROWS_WITH(PendingFile(folder / "model", Overwrite::replace), contains("model'"));
  CHECK(read_bytes(folder / "precious") == "kept");
}
