#include "flags/flags.hpp"

#include <optional>

#include "support/catch.hpp"

using namespace nmfsep::cli;

namespace {

/// A program with one command, that has a flag of each sort.
struct Example {
  Flags program{"An example", "example"};
  Flags& command = program.add_command("cut", "Cuts");
  std::vector<std::string> files;
  std::optional<double> length;
  bool quiet = false;

  Example() {
    command.add_option("files", files, "What to cut")->required()->changes_no_result();
    command.add_option("-l,--cut-length", length, "How long")->type_name("SECONDS");
    command.add_flag("-q,--quiet", quiet, "Say nothing")->changes_no_result();
  }

  const Flags* parse(std::vector<const char*> words) {
    words.insert(words.begin(), "example");
    return program.parse(static_cast<int>(words.size()), words.data());
  }
};

}  // namespace

TEST_CASE("flags are parsed into their variables, and remember what was given") {
  Example example;
  CHECK(example.parse({"cut", "a.wav", "b.wav", "-l", "2.5"}) == nullptr);
  CHECK(example.command.chosen());
  CHECK(example.files == std::vector<std::string>{"a.wav", "b.wav"});
  CHECK(example.length == 2.5);
  CHECK(example.command.was_given("--cut-length"));
  CHECK_FALSE(example.command.was_given("--quiet"));
  CHECK(example.command.flag("-l").given() == std::vector<std::string>{"2.5"});
}

TEST_CASE("a flag can change a stem unless its declaration says that it does not") {
  Example example;
  CHECK(example.command.flag("--cut-length").can_change_result());
  CHECK(example.command.flag("--cut-length").key() == "cut_length");
  CHECK_FALSE(example.command.flag("--quiet").can_change_result());
  CHECK_FALSE(example.command.flag("--help").can_change_result());
}

TEST_CASE("a word too many is named, with the command that does not take it") {
  Example example;
  try {
    example.parse({"cut", "a.wav", "--loud"});
    FAIL("was taken");
  } catch (const UsageError& error) {
    CHECK(error.word == "--loud");
    CHECK(error.place == &example.command);
  }
}

TEST_CASE("help that is asked for is the command's or the program's") {
  Example example;
  CHECK(example.parse({"cut", "--help"}) == &example.command);
  Example other;
  CHECK(other.parse({"--help"}) == &other.program);
}
