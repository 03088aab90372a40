#include <fmt/format.h>

#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {
namespace {

std::vector<std::string> commands() {
  return {"train",           "train-set",    "tune",   "separate", "evaluate", "bundle",
          "train-universal", "train-onsets", "onsets", "manifest", "info",     "plot",
          "report",          "paint",        "manual"};
}

std::string manual(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"manual"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const ProgramResult result = run_program(words);
  REQUIRE(result.status == 0);
  return result.out;
}

/// The flags that a help text lists: "--output" and the like, at the start of its lines.
std::vector<std::string> flags_in_help(const std::string& command) {
  std::istringstream lines(run_program({command, "--help"}).out);
  std::vector<std::string> flags;
  for (std::string line; std::getline(lines, line);) {
    const auto dashes = line.find("--");
    if (line.starts_with("  -") && dashes != std::string::npos)
      flags.push_back(line.substr(dashes, line.find(' ', dashes) - dashes));
  }
  return flags;
}

bool is_installed(const std::string& program) {
  return run_command({"sh", "-c", fmt::format("command -v {}", program)}, {}).status == 0;
}

/// What `shell` offers after `line`, by the completions that the program writes for it.
std::string completed_by_bash(const std::string& line) {
  const TemporaryFolder folder;
  write_bytes(folder / "completion", manual({"bash"}));
  const std::string script =
      ". ./completion; read -ra COMP_WORDS <<<\"$1\"; case $1 in *' ') COMP_WORDS+=('');; esac; "
      "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _nmfsep; echo \"${COMPREPLY[*]}\"";
  return run_command({"bash", "-c", script, "bash", line}, {folder.path(), {}}).out;
}

TEST_CASE("Help is at most 80 columns wide") {
  std::vector<std::vector<std::string>> all = {{"--help"}};
  for (const std::string& command : commands()) all.push_back({command, "--help"});
  for (const auto& words : all) {
    std::istringstream lines(run_program(words).out);
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      CHECK(line.size() <= 80);
    }
  }
}

TEST_CASE("A command's manual page has every flag of its help") {
  for (const std::string& command : commands()) {
    const std::string page = manual({"man", command});
    CHECK_THAT(page, contains(".SH NAME") && contains(".SH \"EXIT STATUS\""));
    for (const std::string& name : flags_in_help(command)) {
      const std::string flag = std::regex_replace(name, std::regex("-"), "\\-");
      INFO(command << " " << flag);
      CHECK_THAT(page, contains(fmt::format("\\fB{}\\fR", flag)));
    }
  }
}

TEST_CASE("groff takes the manual pages of all commands without a warning") {
  if (!is_installed("groff")) NMFSEP_SKIP("groff is not installed");
  for (const std::string& command : commands()) {
    INFO(command);
    const TemporaryFolder folder;
    write_bytes(folder / "page", manual({"man", command}));
    const auto result =
        run_command({"groff", "-man", "-Tutf8", "-ww", "page"}, {folder.path(), {}});
    CHECK(result.status == 0);
    CHECK(result.err.empty());
  }
}

TEST_CASE("The program's own manual page names every command, and so does its help") {
  const std::string page = manual({"man"});
  const std::string help = run_program({"--help"}).out;
  for (const std::string& command : commands())
    CHECK_THAT(help, contains(fmt::format("\n  {} ", command)));
  CHECK_THAT(page, contains("nmfsep\\-train\\-set") && contains("nmfsep\\-evaluate"));
}

TEST_CASE("docs/cli.md is what the program says of its command line") {
  // After a change of a flag: nmfsep manual markdown > docs/cli.md
  CHECK(read_bytes(project_folder() / "docs/cli.md") == manual({"markdown"}));
}

TEST_CASE("bash completes commands, flags, and the values of flags that allow a few") {
  CHECK(completed_by_bash("nmfsep sep") == "separate\n");
  CHECK(completed_by_bash("nmfsep separate --bit") == "--bit-depth\n");
  CHECK(completed_by_bash("nmfsep separate --format ") == "wav flac ogg opus mp3 same\n");
  CHECK(completed_by_bash("nmfsep separate --format f") == "flac\n");
  CHECK(completed_by_bash("nmfsep manual ") == "man markdown bash zsh fish\n");
  // Readline then offers file names, or for a number nothing.
  CHECK(completed_by_bash("nmfsep separate -m ") == "\n");
  CHECK(completed_by_bash("nmfsep separate --seed ") == "\n");
}

TEST_CASE("fish completes commands, flags, and the values of flags that allow a few") {
  if (!is_installed("fish")) NMFSEP_SKIP("fish is not installed");
  const TemporaryFolder folder;
  write_bytes(folder / "completion.fish", manual({"fish"}));
  const auto completed = [&](const std::string& line) {
    return run_command(
               {"fish", "--no-config", "-c", "source completion.fish; complete -C $argv[1]", line},
               {folder.path(), {"HOME=" + folder.path().string()}})
        .out;
  };
  CHECK_THAT(completed("nmfsep sep"), contains("separate\tSeparate mixtures"));
  CHECK_THAT(completed("nmfsep separate --bit"), contains("--bit-depth\tBits a sample"));
  CHECK_THAT(completed("nmfsep separate --format "), contains("wav") && contains("flac"));
  CHECK_THAT(completed("nmfsep manual "), contains("markdown") && !contains("completion.fish"));
  write_bytes(folder / "bass.safetensors", "");
  CHECK_THAT(completed("nmfsep separate -m b"), contains("bass.safetensors"));
}

TEST_CASE("zsh takes its completions without complaint") {
  if (!is_installed("zsh")) NMFSEP_SKIP("zsh is not installed");
  const TemporaryFolder folder;
  write_bytes(folder / "_nmfsep", manual({"zsh"}));
  const auto result = run_command({"zsh", "-f", "-n", "_nmfsep"}, {folder.path(), {}});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
}

TEST_CASE("zsh completes commands, flags, and the values of flags that allow a few") {
  if (!is_installed("zsh")) NMFSEP_SKIP("zsh is not installed");
  const TemporaryFolder folder;
  write_bytes(folder / "_nmfsep", manual({"zsh"}));
  write_bytes(folder / "bass.safetensors", "");
  // A zsh at a terminal of its own, where nmfsep prints what it is given: a line, a tab, return.
  write_bytes(folder / "script", R"(
zmodload zsh/zpty; zpty shell zsh -f -i
zpty -w shell 'nmfsep() print -r "<$*>"; fpath=($PWD $fpath)
autoload -Uz compinit; compinit -u -D; echo be''gin'
zpty -r shell answer $'*\nbegin*'
zpty -w shell "$1"$'\t'
zpty -r shell answer '*<*>*' && print -r -- "${${answer##*<}%%>*}"
)");
  const auto completed = [&](const std::string& line) {
    return run_command({"timeout", "60", "zsh", "-f", "script", line},
                       {folder.path(), {"HOME=" + folder.path().string()}})
        .out;
  };
  CHECK(completed("nmfsep sep") == "separate\n");
  CHECK(completed("nmfsep separate --bit") == "separate --bit-depth\n");
  CHECK(completed("nmfsep separate --format f") == "separate --format flac\n");
  CHECK(completed("nmfsep separate --format=f") == "separate --format=flac\n");
  CHECK(completed("nmfsep separate -m b") == "separate -m bass.safetensors\n");
}

TEST_CASE("A manual of an unknown command or form is refused") {
  CHECK(run_program({"manual", "man", "frobnicate"}).status == 2);
  CHECK(run_program({"manual", "troff"}).status == 2);
  CHECK(run_program({"manual", "bash", "train"}).status == 2);
}

}  // namespace
}  // namespace nmfsep::test
