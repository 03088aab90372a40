#include <string>
#include <vector>

#include "document_blocks.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {
namespace {

namespace fs = std::filesystem;
const fs::path root = project_folder();

TEST_CASE("The README's commands run one after the other, and leave the stems that it promises") {
  const TemporaryFolder folder;
  fs::create_directory_symlink(root / "data", folder / "data");
  const std::vector<MarkedBlock> blocks = marked_blocks(root / "README.md", {"runs"});
  REQUIRE(blocks.size() >= 7);
  for (const MarkedBlock& block : blocks) {
    INFO(block.text);
    const ProgramResult result = run_block(block.text, folder.path());
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
