#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"

namespace nmfsep::test {
namespace {

namespace fs = std::filesystem;
const fs::path root = project_folder();

std::vector<fs::path> documents() {
  std::vector<fs::path> found = {root / "README.md", root / "CHANGELOG.md",
                                 root / "data/README.md"};
  for (const auto& entry : fs::directory_iterator(root / "docs"))
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  return found;
}

/// Targets of the links [text](target) that stay inside the project, without their #anchor.
std::vector<std::string> local_links(const fs::path& document) {
  const std::string text = read_bytes(document);
  const std::regex link(R"(\]\(([^)#:]+)(#[^)]*)?\))");
  std::vector<std::string> targets;
  for (std::sregex_iterator match(text.begin(), text.end(), link), end; match != end; ++match)
    targets.push_back((*match)[1]);
  return targets;
}

TEST_CASE("Links between the documents lead to files that exist") {
  std::size_t links = 0;
  for (const fs::path& document : documents())
    for (const std::string& target : local_links(document)) {
      INFO(document << " links to " << target);
      CHECK(fs::exists(document.parent_path() / target));
      ++links;
    }
  CHECK(links > 5);
}

}  // namespace
}  // namespace nmfsep::test
