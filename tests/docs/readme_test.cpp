#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {
namespace {

namespace fs = std::filesystem;
const fs::path root = project_folder();

/// The fenced blocks of a document that follow the comment `<!-- runs -->`.
std::vector<std::string> marked_blocks(const fs::path& document) {
  std::ifstream file(document);
  std::vector<std::string> blocks;
  std::string line;
  while (std::getline(file, line)) {
    if (line != "<!-- runs -->") continue;
    std::getline(file, line);
    REQUIRE(line == "```");
    blocks.emplace_back();
    while (std::getline(file, line) && line != "```") blocks.back() += line + "\n";
  }
  return blocks;
}

/// Runs a block as a user would type it, with the built program on PATH.
ProgramResult run_block(const std::string& block, const fs::path& folder) {
  const std::string path = program_path().parent_path().string() + ":" + std::getenv("PATH");
  return run_command({"bash", "-euo", "pipefail", "-c", block}, {folder, {"PATH=" + path}});
}

TEST_CASE("The README's commands run one after the other, and leave the stems that it promises") {
  const TemporaryFolder folder;
  fs::create_directory_symlink(root / "data", folder / "data");
  const std::vector<std::string> blocks = marked_blocks(root / "README.md");
  REQUIRE(blocks.size() >= 7);
  for (const std::string& block : blocks) {
    INFO(block);
    const ProgramResult result = run_block(block, folder.path());
    INFO(result.err);
    CHECK(result.status == 0);
  }
  for (const char* source : {"drums", "bass", "piano"}) {
    const std::string stem = std::string("mixture/") + source + ".wav";
    CHECK(fs::exists(folder / ("out/" + stem)));
    CHECK(fs::exists(folder / ("out-trio/" + stem)));
    CHECK(fs::exists(folder / ("out-set/" + stem)));
  }
  CHECK(fs::exists(folder / "out-rest/mixture/rest.wav"));
  CHECK(fs::exists(folder / "drums-alone.flac"));
}

}  // namespace
}  // namespace nmfsep::test
