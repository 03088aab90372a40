#include <sstream>

#include "document_blocks.hpp"
#include "kept_picture.hpp"
#include "support/bytes.hpp"
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

TEST_CASE(
    "The tutorial's commands run one after the other, print what it says and draw what it shows") {
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
  const auto pictures = kept_pictures(project_folder() / "docs/tutorial.md");
  REQUIRE(pictures.size() >= 3);
  for (const KeptPicture& picture : pictures) {
    INFO(picture.kept << ": draw it anew by scripts/figures, and look at it");
    CHECK(difference_of(project_folder() / "docs" / picture.kept, folder / picture.made) == "");
  }
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

TEST_CASE("Kept pictures differ in words, in size and in colours") {
  const fs::path figures = project_folder() / "docs/figures";
  CHECK(difference_of(figures / "atoms.svg", figures / "atoms.svg") == "");
  CHECK_THAT(difference_of(figures / "atoms.svg", figures / "known.svg"), contains("words differ"));
  const TemporaryFolder folder;
  const std::string atoms = read_bytes(figures / "atoms.svg");
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = atoms;
    other.replace(other.find(from), from.size(), to);
    write_bytes(folder / "other.svg", other);
    return difference_of(figures / "atoms.svg", folder / "other.svg");
  };
  CHECK_THAT(changed("Frequency", "Time"), contains("words differ"));
  const std::size_t begin = atoms.find("data:image/png");
  const std::size_t next = atoms.find("data:image/png", begin + 1);
  const auto map_at = [&](std::size_t at) { return atoms.substr(at, atoms.find('"', at) - at); };
  CHECK(changed(map_at(begin), map_at(next)) != "");  // the bass's atoms for the bar of colours
}

}  // namespace
}  // namespace nmfsep::test
