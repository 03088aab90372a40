#include <sstream>

#include "document_blocks.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {
namespace {

namespace fs = std::filesystem;

/// dB, per cent or Hz that another machine's arithmetic may make of a number.
constexpr double tolerance = 0.3;

bool is_alike(const std::string& told, const std::string& printed) {
  if (told == printed) return true;
  std::size_t told_end = 0;
  std::size_t printed_end = 0;
  try {
    const double a = std::stod(told, &told_end);
    const double b = std::stod(printed, &printed_end);
    const bool is_whole = told.find('.') == std::string::npos;
    return std::abs(a - b) <= (is_whole ? 1.0 : tolerance) &&
           told.substr(told_end) == printed.substr(printed_end);
  } catch (const std::invalid_argument&) {
    return false;
  }
}

/// Whether the line, or its beginning, says the same but for small differences of numbers.
bool says(const std::string& printed, const std::string& told) {
  std::istringstream a(told);
  std::istringstream b(printed);
  std::string word;
  for (std::string other; a >> word;)
    if (!(b >> other) || !is_alike(word, other)) return false;
  return true;
}

bool is_printed(const std::string& told, const std::string& output) {
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);)
    if (says(line, told)) return true;
  return false;
}

TEST_CASE("The tutorial's commands run one after the other, and print what it says") {
  const TemporaryFolder folder;
  fs::create_directory_symlink(project_folder() / "data", folder / "data");
  const auto blocks = marked_blocks(project_folder() / "docs/tutorial.md", {"runs", "prints"});
  REQUIRE(blocks.size() >= 18);
  ProgramResult last;
  for (const MarkedBlock& block : blocks) {
    if (block.kind == "runs") {
      last = run_block(block.text, folder.path());
      INFO(block.text << last.err);
      REQUIRE(last.status == 0);
      continue;
    }
    std::istringstream lines(block.text);
    for (std::string line; std::getline(lines, line);) {
      INFO(line << "\n\n" << last.out << last.err);
      CHECK(is_printed(line, last.out + "\n" + last.err));
    }
  }
  CHECK(fs::exists(folder / "notes/bass/plots.svg"));
  CHECK(fs::exists(folder / "known/mixture/report.html"));
}

TEST_CASE("What is printed is compared word by word") {
  CHECK(is_printed("bass 6.71 9.36", "track source\nbass   6.9  9.2 11\n"));
  CHECK_FALSE(is_printed("bass 6.71", "bass 7.1\n"));
  CHECK_FALSE(is_printed("bass 6.71 9.36", "bass 6.71\n"));
  CHECK_FALSE(is_printed("bass 6.71", "drums 6.71\n"));
  CHECK(is_printed("87 Hz", "88 Hz"));
  CHECK_FALSE(is_printed("87 Hz", "89 Hz"));
}

}  // namespace
}  // namespace nmfsep::test
