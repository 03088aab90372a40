#include "nmfsep/core/pending_file.hpp"

#include <fstream>
#include <iterator>

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using nmfsep::FileError;
using nmfsep::Overwrite;
using nmfsep::PendingFile;
using nmfsep::test::TemporaryFolder;

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a committed file has its content, its name and no sibling") {
  TemporaryFolder folder;
  PendingFile file(folder / "model", Overwrite::refuse);
  write(file.temporary(), "whole");
  CHECK_FALSE(std::filesystem::exists(folder / "model"));
  file.commit();
  CHECK(content(folder / "model") == "whole");
  CHECK(folder.entries() == std::vector<std::string>{"model"});
}

TEST_CASE("a file that is not committed leaves nothing behind") {
  TemporaryFolder folder;
  { write(PendingFile(folder / "model", Overwrite::refuse).temporary(), "half"); }
  CHECK(folder.entries().empty());
}

TEST_CASE("an existing file is refused at once, unless it may be replaced") {
  TemporaryFolder folder;
  write(folder / "model", "old");
  CHECK_THROWS_WITH(PendingFile(folder / "model", Overwrite::refuse), contains("--overwrite"));
  PendingFile file(folder / "model", Overwrite::replace);
  write(file.temporary(), "new");
  CHECK(content(folder / "model") == "old");
  file.commit();
  CHECK(content(folder / "model") == "new");
}

TEST_CASE("a file that appears before the commit is left alone") {
  TemporaryFolder folder;
  {
    PendingFile file(folder / "model", Overwrite::refuse);
    write(file.temporary(), "ours");
    write(folder / "model", "theirs");
    CHECK_THROWS_AS(file.commit(), FileError);
  }
  CHECK(content(folder / "model") == "theirs");
  CHECK(folder.entries().size() == 1);
}

TEST_CASE("a folder in the file's place, or no folder at all, is an error that names it") {
  TemporaryFolder folder;
  CHECK_THROWS_WITH(PendingFile(folder.path(), Overwrite::replace),
                    contains(folder.path().string()));
  CHECK_THROWS_WITH(PendingFile(folder / "absent/model", Overwrite::replace),
                    contains("absent/model"));
}

TEST_CASE("a moved pending file is committed once") {
  TemporaryFolder folder;
  PendingFile first(folder / "model", Overwrite::refuse);
  PendingFile second(std::move(first));
  write(second.temporary(), "whole");
  second.commit();
  CHECK(folder.entries() == std::vector<std::string>{"model"});
}
