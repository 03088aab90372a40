// Names of files, sources and tags that would leave the output folder or speak to the terminal.
#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/random.hpp"
#include "nmfsep/core/text.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/tally.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> fragments{"..",
                                         ".",
                                         "/",
                                         "//",
                                         "/tmp",
                                         "~",
                                         "\x1b[2J",
                                         "\x1b]0;x\x07",
                                         "\n",
                                         "\r",
                                         "\t",
                                         "\x7f",
                                         "\xc2\x9b",
                                         "caf\xe9",
                                         "\xff",
                                         "\xed\xa0\x80",
                                         "é",
                                         "音",
                                         "{",
                                         "}",
                                         "{source}",
                                         "{track}",
                                         "%s%n",
                                         "$(id)",
                                         "`id`",
                                         ";",
                                         "-",
                                         "--help",
                                         "*",
                                         "?",
                                         "[",
                                         "]",
                                         "=",
                                         "'",
                                         "\"",
                                         "\\",
                                         " ",
                                         "a",
                                         "b.wav",
                                         "nul",
                                         std::string(300, 'x'),
                                         std::string(120, 'y')};

std::string hostile_name(Random& random) {
  std::string name;
  for (std::uint64_t i = 1 + random.below(4); i > 0; --i)
    name += fragments[random.below(fragments.size())];
  return name;
}

/// As a name of a file, which holds no slash, nor more than 255 bytes, with an extension.
std::string file_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return name.substr(0, 240) + ".wav";
}

bool has_control(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F;
  });
}

/// A run in the folder "here", above and beside which nothing may appear.
std::string fault_of(const std::vector<std::string>& arguments, const TemporaryFolder& folder,
                     Tally& tally) {
  const auto before = folder.entries();
  const ProgramResult result = run_program(arguments, {folder / "here"});
  tally.saw(result);
  if (result.status > 2) return fmt::format("status {}: {}", result.status, result.err);
  if (has_control(result.err) || has_control(result.out)) return "writes control characters";
  if (!is_utf8(result.err) || !is_utf8(result.out)) return "writes what is not UTF-8";
  for (const std::string& entry : folder.entries()) {
    const bool is_ours = entry.starts_with("here/out") || entry == "here/out" ||
                         std::binary_search(before.begin(), before.end(), entry);
    if (!is_ours) return "writes " + printable(entry);
    if (entry.ends_with(".part")) return "leaves " + printable(entry);
  }
  return "";
}

}  // namespace

TEST_CASE("no name of a file, a source or a pattern leaves the output folder", "[names]") {
  Tally tally("hostile names");
  const TemporaryFolder folder;
  const AudioBuffer sound = tone(440, 0.1, 8000);
  Random random(1);
  for (int i = 0; i < cases(60, 1000); ++i) {
    fs::remove_all(folder / "here");
    fs::create_directories(folder / "here/out");
    write_audio(folder / "here/good.wav", sound);
    const std::string name = hostile_name(random);
    const std::string input = "./" + file_name(name);
    write_audio(folder / "here" / input, sound);
    const std::vector<std::vector<std::string>> runs{
        {"separate", input, "-c", "2", "-o", "out", "--iterations", "2"},
        {"separate", "good.wav", input, "-c", "2", "-o", "out", "--iterations", "2",
         "--name-template", name + "/{track}-{source}"},
        {"train", "good.wav", "-o", "out/new.model", "--name", name, "--iterations", "2"},
        {"train", input, "-o", "out/" + file_name(name), "--iterations", "2"},
        {"separate", "good.wav", "-c", "2", "--learn", name + "=2", "-o", "out"},
        {"evaluate", input, "good.wav", "--metrics", "si_sdr", "--json", "-"},
        {"evaluate", "good.wav", "good.wav", "--map", name, "--metrics", name},
        {"info", input, "./" + name}};
    const auto& arguments = runs[static_cast<std::size_t>(i) % runs.size()];
    tally.add(fmt::format("{} {}", arguments[0], printable(name)),
              fault_of(arguments, folder, tally));
  }
}

TEST_CASE("links do not lead stems out of the output folder unless the user made them", "[names]") {
  const TemporaryFolder folder;
  fs::create_directories(folder / "here/out");
  write_bytes(folder / "precious", "kept");
  write_audio(folder / "here/mix.wav", tone(440, 0.1, 8000));
  fs::create_directory(folder / "here/out/mix");
  fs::create_symlink(folder / "precious", folder / "here/out/mix/component-01.wav");
  const std::vector<std::string> arguments{"separate", "mix.wav", "-c",           "2",
                                           "-o",       "out",     "--iterations", "2"};
  CHECK(run_program(arguments, {folder / "here"}).status == 1);
  auto overwriting = arguments;
  overwriting.push_back("--overwrite");
  CHECK(run_program(overwriting, {folder / "here"}).status == 0);
  CHECK(read_bytes(folder / "precious") == "kept");
  CHECK_FALSE(fs::is_symlink(folder / "here/out/mix/component-01.wav"));
}
