#include "paint/project_file.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;

TEST_CASE("JSON that nests deeply, or is none, is not taken") {
  CHECK(cli::parsed("{\"a\": [1, {\"b\": null}]}"));
  CHECK_FALSE(cli::parsed(""));
  CHECK_FALSE(cli::parsed("{"));
  CHECK_FALSE(cli::parsed("{} {}"));
  CHECK_FALSE(cli::parsed("\"\xff\""));
  for (const int depth : {50, 200, 1000000}) {
    const std::string deep = std::string(static_cast<std::size_t>(depth), '[') +
                             std::string(static_cast<std::size_t>(depth), ']');
    CHECK(cli::parsed(deep).has_value() == (depth == 50));
  }
}

TEST_CASE("a project is known by its first character, whatever its name") {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "a.txt", " \n{\"format\": 1}");
  test::write_bytes(folder / "b.json", "0\t1\tvoice\n");
  test::write_bytes(folder / "c.json", "");
  CHECK(cli::looks_like_project(folder / "a.txt"));
  CHECK_FALSE(cli::looks_like_project(folder / "b.json"));
  CHECK_FALSE(cli::looks_like_project(folder / "c.json"));
  CHECK_FALSE(cli::looks_like_project(folder / "none.json"));
}
