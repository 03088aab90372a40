// How `separate` calls its stems, and what it refuses to write.
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::run_program;

namespace {

/// a/one.wav, a/two.wav and b/c/one.wav.
class Tracks : public test::TemporaryFolder {
 public:
  Tracks() {
    std::filesystem::create_directory(*this / "a");
    std::filesystem::create_directories(*this / "b/c");
    for (const char* file : {"a/one.wav", "a/two.wav", "b/c/one.wav"}) add(file);
  }

  void add(const std::string& file) const {
    test::write_audio(*this / file, test::swelling_tone(220, 1, 0.2));
  }

  /// Runs `separate … -c 2 -o out --name-template PATTERN` here.
  test::ProgramResult run(std::vector<std::string> arguments, const std::string& pattern) const {
    arguments.insert(arguments.begin(), "separate");
    for (const std::string& word :
         {std::string("-c"), std::string("2"), std::string("-o"), std::string("out"),
          std::string("--iterations"), std::string("2"), std::string("--name-template"), pattern})
      arguments.push_back(word);
    return run_program(arguments, {path()});
  }

  void check_refused(const std::vector<std::string>& arguments, const std::string& pattern,
                     const std::string& complaint) const {
    const auto before = entries();
    const auto result = run(arguments, pattern);
    INFO(pattern << "\n" << result.err);
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, contains(complaint));
    CHECK(entries() == before);
  }
};

}  // namespace

TEST_CASE("a template's fields make the names of the stems") {
  const Tracks folder;
  const auto names = [&](const std::vector<std::string>& inputs, const std::string& pattern) {
    const auto result = folder.run(inputs, pattern);
    INFO(result.err);
    CHECK(result.status == 0);
    return result.out;
  };
  CHECK(names({"a/one.wav"}, "{track}-{source}.{ext}") ==
        "out/one-component-01.wav\nout/one-component-02.wav\n");
  CHECK(names({"a", "b/c"}, "{index} {parent}/{source}") ==
        "out/1 a/component-01\nout/1 a/component-02\nout/2 a/component-01\n"
        "out/2 a/component-02\nout/3 c/component-01\nout/3 c/component-02\n");
  CHECK(names({"b", "--recursive"}, "{folder}/{track}_{{{source}}}.{ext}") ==
        "out/c/one_{component-01}.wav\nout/c/one_{component-02}.wav\n");
  CHECK(names({"a/two.wav", "--format", "flac"}, "{folder}/{source}.{ext}") ==
        "out/component-01.flac\nout/component-02.flac\n");
}

TEST_CASE(
    "stems of one track may go to different folders, and none is left behind after a failure") {
  const Tracks folder;
  const std::string pattern = "{source}/{track}.{ext}";
  test::write_bytes(folder / "bad.wav", "no sound");
  const auto failed = folder.run({"bad.wav"}, pattern);
  CHECK(failed.status == 1);
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
  CHECK(folder.run({"a"}, pattern).out ==
        "out/component-01/one.wav\nout/component-02/one.wav\n"
        "out/component-01/two.wav\nout/component-02/two.wav\n");
}

TEST_CASE("a template that makes no name, or one outside the output folder, is refused") {
  const Tracks folder;
  const auto check = [&](const std::string& pattern, const std::string& complaint) {
    folder.check_refused({"a"}, pattern, complaint);
  };
  check("/tmp/{track}/{source}.{ext}", "an empty name");
  check("../{track}/{source}.{ext}", "'..'");
  check("{track}/../../{source}.{ext}", "'..'");
  check("{track}/./{source}.{ext}", "'.'");
  check("{track}//{source}.{ext}", "an empty name");
  check("{track}/{source}/", "an empty name");
  check("{track}\x1b[2J/{source}", "control character, made by --name-template '{track}\\x1b[2J");
  check("{track}\n{source}", "control character");
  check(std::string(250, 'x') + "/" + std::string(256, 'x') + "{source}", "257 bytes");
  check("{track}/{stem}.{ext}", "'{stem}' is no field; there are {folder}");
  check("{}/{source}", "'{}' is no field");
  check("{track/{source}", "'{' has no partner");
  check("{track}/{source", "'{' has no partner");
  check("track}/{source}", "'}' has no partner");
  check("", "--name-template: is empty");
}

TEST_CASE("two stems of one name are refused before any work") {
  const Tracks folder;
  folder.check_refused({"a"}, "{track}.{ext}", "is the name of two stems of 'a/one.wav'");
  folder.check_refused({"a"}, "{source}.{ext}", "'a/one.wav' and 'a/two.wav' would both write to");
  folder.check_refused({"a", "b/c"}, "{track}/{source}.{ext}", "would both write to");
  folder.check_refused({"a/one.wav", "--json", "out/one/component-02"}, "{track}/{source}",
                       "is named for two outputs");
}

TEST_CASE("a stem that would be the folder of another is refused") {
  const Tracks folder;
  std::filesystem::create_directory(folder / "d");
  folder.add("d/x.wav");
  std::filesystem::create_directories(folder / "d/x component-01");
  folder.add("d/x component-01/y.wav");
  folder.check_refused({"d", "--recursive"}, "{folder}/{track} {source}", "and the folder of");
}

TEST_CASE("links do not hide that two outputs are one") {
  const Tracks folder;
  std::filesystem::create_directory(folder / "out");
  std::filesystem::create_directory_symlink(".", folder / "out/one");
  std::filesystem::create_directory_symlink(".", folder / "out/two");
  folder.check_refused({"a"}, "{track}/{source}.{ext}", "would both write to");
}

TEST_CASE("a track that the template leaves without a name fails, and the others are done") {
  const Tracks folder;
  folder.add("a/t\nwo.wav");
  const auto result = folder.run({"a"}, "{track}/{source}.{ext}");
  CHECK(result.status == 1);
  CHECK_THAT(result.err, contains("t\\x0awo.wav': leaves no name") && contains("rename it"));
  CHECK_THAT(result.err, contains("1 of 3 files failed"));
  CHECK(std::filesystem::exists(folder / "out/two/component-01.wav"));
}
