#include "document_blocks.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "support/catch.hpp"
#include "support/paths.hpp"

namespace nmfsep::test {

std::vector<MarkedBlock> marked_blocks(const std::filesystem::path& document,
                                       const std::vector<std::string>& kinds) {
  std::ifstream file(document);
  std::vector<MarkedBlock> blocks;
  std::string line;
  while (std::getline(file, line)) {
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const std::string& one) {
      return line == "<!-- " + one + " -->";
    });
    if (kind == kinds.end()) continue;
    std::getline(file, line);
    REQUIRE(line == "```");
    blocks.push_back({*kind, ""});
    while (std::getline(file, line) && line != "```") blocks.back().text += line + "\n";
  }
  return blocks;
}

ProgramResult run_block(const std::string& block, const std::filesystem::path& folder) {
  const std::string path = program_path().parent_path().string() + ":" + std::getenv("PATH");
  return run_command({"bash", "-euo", "pipefail", "-c", block}, {folder, {"PATH=" + path}});
}

}  // namespace nmfsep::test
