#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/program.hpp"

namespace nmfsep::test {

/// A fenced block of a document below a comment, <!-- KIND -->.
struct MarkedBlock {
  std::string kind;
  std::string text;
};

/// All blocks of these kinds, in their order.
std::vector<MarkedBlock> marked_blocks(const std::filesystem::path& document,
                                       const std::vector<std::string>& kinds);

/// Runs a block as a user would type it, with the built program on PATH.
ProgramResult run_block(const std::string& block, const std::filesystem::path& folder);

}  // namespace nmfsep::test
