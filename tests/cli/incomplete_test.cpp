// --take-what-is-there: recordings that are shorter than their headers say, as users have them.
#include <fmt/format.h>

#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::read_bytes;
using test::run_program;
using test::TrainedModels;

namespace {

/// The first `share` of the bytes of `from` as `to`.
void cut(const std::filesystem::path& from, const std::filesystem::path& to, double share) {
  const std::string whole = read_bytes(from);
  test::write_bytes(
      to, whole.substr(0, static_cast<std::size_t>(share * static_cast<double>(whole.size()))));
}

/// Runs the program with these arguments in the folder.
test::ProgramResult run(const TrainedModels& folder, std::vector<std::string> arguments) {
  return run_program(arguments, {.folder = folder.path()});
}

std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

TEST_CASE("a mixture that is cut off is refused, or separated as far as it goes if that is asked") {
  const TrainedModels folder;
  cut(folder / "mix.wav", folder / "cut.wav", 0.5);
  const std::vector<std::string> words{"separate", "cut.wav",          "-m", "low.safetensors",
                                       "-m",       "high.safetensors", "-o", "out"};
  const auto before = folder.entries();
  const auto refused = run(folder, words);
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("'cut.wav': is cut off: its header promises 48000 bytes") &&
                              contains("--take-what-is-there"));
  CHECK((folder.entries() == before));

  const auto taken = run(folder, with(words, {"--take-what-is-there", "--report"}));
  INFO(taken.err);
  REQUIRE(taken.status == 0);
  CHECK_THAT(taken.err, contains("warning: 'cut.wav': is cut off: of the 1.50 s that its header "
                                 "promises the first 0.75 s are there, and are taken"));
  const Matrix low = read_audio(folder / "out/cut/low.wav").samples;
  const Matrix high = read_audio(folder / "out/cut/high.wav").samples;
  const Matrix mixture = read_audio(folder / "mix.wav").samples.topRows(low.rows());
  CHECK(low.rows() > 5900);
  CHECK((low + high - mixture).cwiseAbs().maxCoeff() < 1e-5F);
  const auto planned =
      run(folder, with(words, {"--take-what-is-there", "--dry-run", "--overwrite"}));
  CHECK(planned.status == 0);
}

TEST_CASE("a source is learnt from what is there of a recording") {
  const TrainedModels folder;
  const std::filesystem::path bass = test::project_folder() / "data/train/bass.flac";
  cut(bass, folder / "cut.flac", 0.4);
  const std::vector<std::string> words{"train", "cut.flac", "-o",           "bass.safetensors",
                                       "-c",    "4",        "--iterations", "3"};
  const auto refused = run(folder, words);
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err,
             contains("'cut.flac': is damaged or cut off") && contains("--take-what-is-there"));
  CHECK_FALSE(exists(folder / "bass.safetensors"));
  const auto taken = run(folder, with(words, {"--take-what-is-there"}));
  INFO(taken.err);
  CHECK(taken.status == 0);
  CHECK_THAT(taken.err, contains("warning: 'cut.flac': is cut off: of the "));
  CHECK(exists(folder / "bass.safetensors"));
}

TEST_CASE("tuning takes what is there of a recording if that is asked") {
  const TrainedModels folder;
  cut(folder / "low.wav", folder / "cut.wav", 0.7);
  const std::vector<std::string> words{
      "tune", "low=cut.wav", "high=high.wav", "-o", "both.safetensors", "--choices", "1"};
  const auto refused = run(folder, words);
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("cut.wav': is cut off") && contains("--take-what-is-there"));
  CHECK_FALSE(exists(folder / "both.safetensors"));
  const auto taken = run(folder, with(words, {"--take-what-is-there"}));
  INFO(taken.err);
  CHECK(taken.status == 0);
  CHECK_THAT(taken.err, contains("warning: 'cut.wav': is cut off: of the 1.50 s"));
  CHECK(exists(folder / "both.safetensors"));
}

TEST_CASE("onsets are learnt and found in what is there of a recording if that is asked") {
  const TrainedModels folder;
  cut(folder / "low.wav", folder / "cut.wav", 0.7);
  test::write_bytes(folder / "cut.txt", "0.1\n0.4\n0.8\n");
  const std::vector<std::string> learn{"train-onsets", "cut.wav", "-o",      "onsets.safetensors",
                                       "--steps",      "2",       "--units", "2"};
  const std::vector<std::string> find{"onsets", "cut.wav", "-m", "onsets.safetensors"};
  for (const auto& words : {learn, find}) {
    const auto refused = run(folder, words);
    CHECK(refused.status == 1);
    CHECK_THAT(refused.err, contains("cut.wav': is cut off") && contains("--take-what-is-there"));
    const auto taken = run(folder, with(words, {"--take-what-is-there"}));
    INFO(taken.err);
    CHECK(taken.status == 0);
    CHECK_THAT(taken.err, contains("warning: 'cut.wav': is cut off: of the 1.50 s"));
  }
}

TEST_CASE("a WAV whose recorder could not end is separated as far as it goes if that is asked") {
  const TrainedModels folder;
  std::string bytes = read_bytes(folder / "mix.wav");
  bytes.replace(4, 4, 4, '\0').replace(bytes.find("data") + 4, 4, 4, '\0');
  test::write_bytes(folder / "died.wav", bytes);
  const std::vector<std::string> words{"separate", "died.wav",         "-m", "low.safetensors",
                                       "-m",       "high.safetensors", "-o", "out"};
  const auto refused = run(folder, words);
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("'died.wav': is without an end: its header promises no audio") &&
                              contains("--take-what-is-there"));
  const auto taken = run(folder, with(words, {"--take-what-is-there"}));
  INFO(taken.err);
  CHECK(taken.status == 0);
  CHECK_THAT(taken.err, contains("its header was never completed; 1.50 s are there"));
  CHECK(read_audio(folder / "out/died/low.wav").samples.rows() ==
        read_audio(folder / "mix.wav").samples.rows());
}

TEST_CASE("stems and references are scored as far as they go if that is asked") {
  const TrainedModels folder;
  create_directory(folder / "true");
  create_directory(folder / "found");
  for (const std::string name : {"low.wav", "high.wav"}) {
    cut(folder / name, folder / ("true/" + name), name == "low.wav" ? 0.5 : 1);
    copy_file(folder / name, folder / ("found/" + name));
  }
  const std::vector<std::string> words{"evaluate",  "true",   "found",    "--align", "trim",
                                       "--metrics", "si-sdr", "--resume", "kept"};
  const auto refused = run(folder, words);
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("low.wav': is cut off") && contains("--take-what-is-there"));
  const auto taken = run(folder, with(words, {"--take-what-is-there"}));
  INFO(taken.err);
  CHECK(taken.status == 0);
  CHECK_THAT(taken.err, contains("low.wav': is cut off: of the 1.50 s"));
  CHECK_THAT(taken.out, contains("low"));
  CHECK(run(folder, words).status == 1);  // what was kept is of the other question
}

TEST_CASE("of a pipe that ends early what came is separated if that is asked") {
  const TrainedModels folder;
  cut(folder / "mix.wav", folder / "cut.wav", 0.5);
  const auto line = [&](const std::string& flags) {
    return test::run_command(
        {"bash", "-c",
         "cat cut.wav | $NMFSEP separate - -m low.safetensors -m high.safetensors -o out " + flags},
        {.folder = folder.path(), .environment = {"NMFSEP=" + test::program_path().string()}});
  };
  CHECK_THAT(line("").err,
             contains("standard input: is cut off") && contains("--take-what-is-there"));
  CHECK_FALSE(exists(folder / "out"));
  const auto taken = line("--take-what-is-there");
  INFO(taken.err);
  CHECK(taken.status == 0);
  CHECK_THAT(taken.err, contains("warning: standard input: is cut off after "));
  CHECK(read_audio(folder / "out/stdin/low.wav").samples.rows() > 5900);
}
