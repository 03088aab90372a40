// Bad input through the real program: each ends with its status, an error that names the file, the
// value and what to do, nothing on stdout, and nothing left in the folder.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "cli/stage.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/file_size_limit.hpp"
#include "support/paths.hpp"

using nmfsep::test::ProgramResult;
using nmfsep::test::Stage;
using nmfsep::test::stage;

namespace {

using Words = std::vector<std::string>;

constexpr int failed = 1;
constexpr int wrong_usage = 2;

struct BadRun {
  Words arguments;
  int status;
  Words complaint;  ///< what stderr must name
};

void check(const BadRun& bad) {
  INFO("nmfsep " << fmt::format("{}", fmt::join(bad.arguments, " ")));
  const auto before = stage().contents();
  const ProgramResult result = stage().run(bad.arguments);
  CHECK(result.status == bad.status);
  CHECK(result.out.empty());
  for (const std::string& word : bad.complaint) CHECK_THAT(result.err, contains(word));
  CHECK(result.err.find('\x1b') == std::string::npos);
  CHECK((stage().contents() == before));
}

/// `nmfsep train FILE … -o new.safetensors`
BadRun train(Words arguments, int status, Words complaint) {
  arguments.insert(arguments.begin(), "train");
  arguments.insert(arguments.end(), {"-o", "new.safetensors", "--fft-size", "64"});
  return {std::move(arguments), status, std::move(complaint)};
}

/// `nmfsep separate … -o new`
BadRun separate(Words arguments, int status, Words complaint) {
  arguments.insert(arguments.begin(), "separate");
  arguments.insert(arguments.end(), {"-o", "new"});
  return {std::move(arguments), status, std::move(complaint)};
}

}  // namespace

TEST_CASE("Recordings that cannot be used") {
  struct Case {
    std::string file;
    Words complaint;
  };
  const std::vector<Case> cases{
      {"missing.wav", {"missing.wav'", "No such file"}},
      {"folder", {"'folder'", "folder"}},
      {"text.wav", {"text.wav'", "not"}},
      {"empty.wav", {"empty.wav'"}},
      {"no frames.wav", {"no frames.wav'"}},
      {"rate 0.wav", {"rate 0.wav'"}},
      {"nan.wav", {"nan.wav'", "0.25"}},
      {"infinite.wav", {"infinite.wav'", "0.25"}},
      {"cut.wav", {"cut.wav'"}},
      {"cut header.wav", {"cut header.wav'"}},
      {"cut.flac", {"cut.flac'"}},
      {"flipped.flac", {"flipped.flac'"}},
      {"/dev/null", {"/dev/null'"}},
      {"/dev/zero", {"/dev/zero'"}},
  };
  for (const Case& bad : cases) {
    check(train({bad.file}, failed, bad.complaint));
    check(train({"good.wav", bad.file}, failed, bad.complaint));
    check(separate({bad.file, "-m", "drums.model", "-m", "bass.model"}, failed, bad.complaint));
    check(separate({bad.file, "-c", "2"}, failed, bad.complaint));
  }
  check(train({"drums.model"}, failed, {"drums.model'", "not"}));
  check(separate({"drums.model", "-m", "bass.model"}, wrong_usage, {"drums.model'", "no mixture"}));
  check(separate({"drums.model", "-c", "2"}, wrong_usage, {"drums.model'", "give it with -m"}));
}

TEST_CASE("Training that has nothing to learn from") {
  check(train({"silent.wav"}, failed, {"silent.wav", "silen"}));
  check(train({"silent.wav", "silent.wav"}, failed, {"silent.wav", "silen"}));
  check(train({"short.wav", "-c", "50"}, failed, {"short.wav", "50", "frames"}));
}

TEST_CASE("Values that no option takes") {
  struct Case {
    std::string flag;
    std::string value;
    Words complaint;
  };
  const std::vector<Case> both{
      {"-c", "0", {"components = 0", "1 to"}},
      {"-c", "-3", {"components", "-3"}},
      {"-c", "1000000000000", {"components", "1000000000000"}},
      {"-c", "99999999999999999999", {"components", "must be"}},
      {"-c", "many", {"components", "many"}},
      {"-c", "2.5", {"components", "2.5"}},
      {"--iterations", "0", {"iterations = 0", "from 1"}},
      {"--iterations", "-1", {"iterations", "-1"}},
      {"--iterations", "99999999999", {"iterations", "99999999999"}},
      {"--tolerance", "-1", {"tolerance", "-1"}},
      {"--tolerance", "nan", {"tolerance", "nan"}},
      {"--seed", "-1", {"seed", "-1"}},
      {"--seed", "clock", {"seed", "clock", "whole number"}},
      {"--seed", "", {"seed", "whole number"}},
      {"--seed", "18446744073709551616", {"seed", "18446744073709551616", "whole number"}},
      {"--fft-size", "0", {"fft", "0"}},
      {"--fft-size", "-1024", {"fft", "-1024"}},
      {"--fft-size", "1000000", {"fft", "1000000"}},
      {"--hop", "0", {"hop", "0"}},
      {"--hop", "-5", {"hop", "-5"}},
      {"--hop", "999999", {"hop", "999999"}},
      {"--window", "triangle", {"window", "triangle", "hann"}},
      {"--magnitude-exponent", "0", {"magnitude", "0"}},
      {"--magnitude-exponent", "inf", {"magnitude", "inf"}},
      {"--threads", "-1", {"threads", "-1"}},
      {"--threads", "1000000000", {"threads", "1000000000"}},
      {"--no-such-flag", "1", {"--no-such-flag"}},
  };
  for (const Case& bad : both) {
    Words arguments{"train", "good.wav", "-o", "new.safetensors", bad.flag, bad.value};
    check({arguments, wrong_usage, bad.complaint});
    arguments = {"separate", "good.wav", "-o", "new", bad.flag, bad.value};
    if (bad.flag != "-c") arguments.insert(arguments.end(), {"-c", "2"});
    check({arguments, wrong_usage, bad.complaint});
  }
  const std::vector<Case> only_separate{
      {"-c", "501", {"components = 501", "1 to 500", "stem"}},
      {"--mask-exponent", "0", {"mask", "0"}},
      {"--mask-exponent", "nan", {"mask", "nan"}},
      {"--mask-exponent", "inf", {"mask", "inf"}},
      {"--format", "m4a", {"format", "m4a"}},
      {"--bit-depth", "8", {"bit-depth", "8"}},
      {"--learn", "rest", {"rest", "NAME=N"}},
      {"--learn", "rest=0", {"rest=0", "from 1"}},
      {"--learn", "rest=x", {"rest=x", "NAME=N"}},
      {"--learn", "=5", {"=5", "NAME=N"}},
      {"--learn", "a/b=5", {"'a/b'", "use another"}},
      {"--learn", "..=5", {"'..'", "use another"}},
      {"-c", "2", {"-c", "without models"}},
      {"--hop", "8", {"--hop", "from the models"}},
  };
  for (const Case& bad : only_separate)
    check(separate({"good.wav", "-m", "drums.model", bad.flag, bad.value}, wrong_usage,
                   bad.complaint));
  check(separate({"good.wav", "-c", "2", "--format", "flac", "--bit-depth", "32f"}, wrong_usage,
                 {"FLAC", "32"}));
}

TEST_CASE("Commands that say too little") {
  check({{}, wrong_usage, {"nmfsep COMMAND"}});
  check({{"learn"}, wrong_usage, {"learn"}});
  check({{"train", "-o", "new.safetensors"}, wrong_usage, {"sources"}});
  check({{"train", "good.wav"}, wrong_usage, {"--output"}});
  check({{"separate", "-m", "drums.model"}, wrong_usage, {"inputs"}});
  check(separate({"good.wav"}, wrong_usage, {"-m", "-c"}));
  check(separate({"good.wav", "--learn", "rest=2"}, wrong_usage, {"--learn", "-c"}));
  check({{"info"}, wrong_usage, {"models"}});
  check({{"bundle", "-o", "new.safetensors"}, wrong_usage, {"models"}});
}

TEST_CASE("Model files that cannot be used") {
  struct Case {
    std::string file;
    Words complaint;
  };
  const std::vector<Case> cases{
      {"missing.model", {"missing.model'", "no such file"}},
      {"folder", {"'folder'", "not a file"}},
      {"/dev/zero", {"'/dev/zero'", "not a file"}},
      {"good.wav", {"good.wav'", "train"}},
      {"empty.wav", {"empty.wav'", "0 bytes", "train"}},
      {"cut.model", {"cut.model'", "bytes", "train"}},
      {"flipped.model", {"flipped.model'", "do not match its sha256", "train"}},
      {"endless header.model", {"endless header.model'", "1073741824 bytes", "train"}},
      {"foreign.model", {"foreign.model'", "not an nmfsep model", "train"}},
      {"version 3.model", {"version 3.model'", "version '3'", "use another nmfsep"}},
      {"convolutive.model", {"convolutive.model'", "'convolutive'", "newer nmfsep"}},
      {"offsets outside.model", {"outside.model'", "[0, 1073741824] lie outside", "train"}},
      {"overlap.model", {"overlap.model'", "overlap", "train"}},
      {"shape.model", {"shape.model'", "has 3 columns", "promises 2", "train"}},
      {"type.model", {"type.model'", "'I32'", "train"}},
      {"nan.model", {"nan.model'", "W[0][0] = nan", "train"}},
      {"negative.model", {"negative.model'", "W[0][0] = -1", "train"}},
      {"escape.model", {"escape.model'", "dr\\x1b", "control character"}},
  };
  for (const Case& bad : cases) {
    check({{"info", bad.file}, failed, bad.complaint});
    check({{"bundle", "drums.model", bad.file, "-o", "new.model"}, failed, bad.complaint});
    check(separate({"good.wav", "-m", "drums.model", "-m", bad.file}, failed, bad.complaint));
  }
}

TEST_CASE("Models that do not go together") {
  const std::vector<std::pair<std::string, Words>> others{
      {"rate 44100.model", {"'drums'", "22050 Hz", "'piano'", "44100 Hz"}},
      {"hop 8.model", {"'drums'", "hop 4", "'piano'", "hop 8"}},
      {"other drums.model", {"two sources are named 'drums'"}},
      {"drums.model", {"two sources are named 'drums'"}},
  };
  for (const auto& [other, complaint] : others) {
    check(separate({"good.wav", "-m", "drums.model", "-m", other}, wrong_usage, complaint));
    check({{"bundle", "drums.model", other, "-o", "new.model"}, wrong_usage, complaint});
  }
  check(separate({"good.wav", "-m", "drums.model", "--learn", "drums=2"}, wrong_usage,
                 {"two sources are named 'drums'"}));
}

TEST_CASE("Names of sources that would reach the terminal or leave the folder") {
  const std::vector<std::pair<std::string, std::string>> names{
      {"a\x1b[31mb", "'a\\x1b[31mb' has a control character"},
      {"a\nb", "'a\\x0ab' has a control character"},
      {"caf\xe9", "'caf\\xe9' is not UTF-8"},
      {"../up", "'../up' has a '/'"},
      {"..", "'..' begins or ends"},
      {std::string(300, 'x'), "300 bytes"},
  };
  for (const auto& [name, complaint] : names) {
    check(train({"good.wav", "--name", name}, wrong_usage, {complaint, "use another"}));
    check(separate({"good.wav", "-m", "drums.model", "--learn", name + "=2"}, wrong_usage,
                   {complaint, "use another"}));
  }
  check({{"train", "good.wav", "-o", "a\x1b.safetensors"}, wrong_usage, {"a\\x1b", "control"}});
  check(separate({"no\x1b\nfile.wav", "-c", "2"}, failed,
                 {"no\\x1b\\x0a"
                  "file.wav"}));
  check({{"info", "no\x1b\nfile"},
         failed,
         {"no\\x1b\\x0a"
          "file"}});
}

TEST_CASE("Outputs that exist, or that cannot be") {
  check({{"train", "good.wav", "-o", "taken.safetensors"},
         failed,
         {"'taken.safetensors'", "exists", "--overwrite"}});
  check({{"bundle", "drums.model", "bass.model", "-o", "taken.safetensors"},
         failed,
         {"'taken.safetensors'", "exists", "--overwrite"}});
  check({{"separate", "good.wav", "-m", "drums.model", "-m", "bass.model", "-o", "taken"},
         failed,
         {"'taken/good/drums.wav'", "exists", "--overwrite"}});
  for (const std::string place : {"folder", "good.wav/new", "/proc/new", "no/such/folder/new"}) {
    check({{"train", "good.wav", "-o", place, "--name", "x", "--overwrite"}, failed, {place}});
    check({{"bundle", "drums.model", "-o", place, "--overwrite"}, failed, {place}});
    check({{"info", "drums.model", "--json", place, "--overwrite"}, failed, {place}});
  }
  for (const std::string place : {"good.wav", "good.wav/new", "/proc/new"})
    check({{"separate", "good.wav", "-c", "2", "-o", place}, failed, {place.substr(0, 5)}});
  check({{"info", "drums.model", "--json", "taken.safetensors"},
         failed,
         {"'taken.safetensors'", "exists", "--overwrite"}});
}

TEST_CASE("A full disk") {
  stage();  // made while there is room
  const nmfsep::test::FileSizeLimit limit(4096);
  const Words brief{"-c", "50", "--iterations", "2", "--fft-size", "64"};
  const auto check_with = [&](Words arguments, const std::string& output) {
    arguments.insert(arguments.end(), brief.begin(), brief.end());
    check({arguments, failed, {output, "cannot be written"}});
  };
  check_with({"train", "good.wav", "-o", "new.model"}, "'new.model'");
  check_with({"train", "good.wav", "-o", "taken.safetensors", "--overwrite"}, "'taken.safe");
  check_with({"separate", "good.wav", "-o", "new"}, "new/good/component-");
  check_with({"separate", "good.wav", "-o", "new", "--format", "flac"}, "new/good/component-");
  check_with({"separate", "good.wav", "-o", "taken", "--overwrite"}, "taken/good/component-");
}

TEST_CASE("A full standard output") {
  const auto result = nmfsep::test::run_command(
      {"sh", "-c", "\"$0\" info drums.model > /dev/full", nmfsep::test::program_path()},
      {stage().folder().path(), {}, 0, 0});
  CHECK(result.status == failed);
  CHECK_THAT(result.err, contains("standard output"));
}

TEST_CASE("What can be worked with is, with a warning") {
  const nmfsep::test::TemporaryFolder out;
  const auto run = [&](const std::string& file) {
    const auto result = stage().run({"separate", file, "-m", "drums.model", "-m", "bass.model",
                                     "--iterations", "5", "-o", out.path().string()});
    CHECK(result.status == 0);
    return result.err;
  };
  CHECK_THAT(run("silent.wav"), contains("warning") && contains("silent.wav"));
  CHECK_THAT(run("rate 44100.wav"), contains("44100 Hz") && contains("22050 Hz"));
}
