#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/same_on_threads.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;
using test::TrainedModels;

namespace {

/// NAME=PATH of a file in the folder.
std::string source(const TrainedModels& folder, const std::string& name, const std::string& file) {
  return fmt::format("{}={}", name, folder.at(file));
}

/// `nmfsep train-set SOURCES … -o set.model`, small and quick.
std::vector<std::string> command(const TrainedModels& folder, std::vector<std::string> sources) {
  sources.insert(sources.begin(), "train-set");
  for (const std::string& word : {std::string("-o"), folder.at("set.model"), std::string("-c"),
                                  std::string("12"), std::string("--mixture-seconds"),
                                  std::string("3"), std::string("--iterations"), std::string("30")})
    sources.push_back(word);
  return sources;
}

std::vector<std::string> two_sources(const TrainedModels& folder) {
  return command(folder, {source(folder, "low", "low.wav"), source(folder, "high", "high.wav")});
}

int files_of(const TrainedModels& folder, std::size_t source) {
  return load_models(folder / "set.model")[source]->training.files;
}

}  // namespace

TEST_CASE("train-set writes one model that separate needs nothing beside") {
  TrainedModels folder;
  auto arguments = two_sources(folder);
  arguments.insert(arguments.end(), {"--context", "3", "--ensemble", "2"});
  const auto trained = must_run(arguments);
  CHECK_THAT(trained.out, contains("set.model: source 'low', 12 exemplars from 1.5 s in 1 file; "));
  CHECK_THAT(trained.out, contains("source 'high'") && contains(" updates, divergence "));
  CHECK_THAT(must_run({"info", folder.at("set.model")}).out,
             contains("2 paired dictionaries of 3 frames: 12 exemplars × 257 bins"));
  must_run(
      {"separate", folder.at("mix.wav"), "-m", folder.at("set.model"), "-o", folder.at("out")});
  CHECK(test::error_db(test::swelling_tone(220, 1.1, 1.5), read_audio(folder / "out/mix/low.wav")) <
        -12);
}

TEST_CASE("train-set learns from at most the seconds that it is given, and says of how many") {
  TrainedModels folder;
  auto arguments = two_sources(folder);
  arguments.insert(arguments.end(), {"--most-seconds", "1", "--json", folder.at("set.json")});
  const auto trained = must_run(arguments);
  CHECK_THAT(trained.out, contains("drawn from 1.5 in 1 file"));
  const auto document = nlohmann::json::parse(test::read_bytes(folder / "set.json"));
  CHECK(document["sources"][0]["seconds"] <= 1.0);
  CHECK(document["sources"][0]["available_seconds"] == 1.5);
  arguments = two_sources(folder);
  arguments.insert(arguments.end(), {"--most-seconds", "0", "--overwrite"});
  const auto refused = run_program(arguments);
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains("--most-seconds = 0, must be positive"));
}

TEST_CASE("a set is the same file, and gives the same stems, on any number of threads") {
  const TrainedModels folder;
  test::check_same_on_threads(folder, two_sources(folder), {"1", "2", "7"});
}

TEST_CASE("a source is a file, a folder, or a pattern that the program expands") {
  TrainedModels folder;
  std::filesystem::create_directory(folder / "lows");
  for (const char* name : {"a.wav", "b.wav"})
    std::filesystem::copy_file(folder / "low.wav", folder / (std::string("lows/") + name));
  test::write_bytes(folder / "lows/.hidden", "not audio");
  must_run(command(folder, {source(folder, "low", "lows"), source(folder, "high", "h*.wav")}));
  CHECK(files_of(folder, 0) == 2);
  CHECK(files_of(folder, 1) == 1);
  // A file of that very name is no pattern.
  std::filesystem::copy_file(folder / "low.wav", folder / "take [1].wav");
  auto arguments = command(folder, {source(folder, "low", "take [1].wav"),
                                    source(folder, "high", "lows/*.wav"), "--overwrite"});
  must_run(arguments);
  CHECK(files_of(folder, 1) == 2);
}

TEST_CASE("train-set --json says what was trained and how") {
  TrainedModels folder;
  auto arguments = two_sources(folder);
  arguments.insert(arguments.end(), {"--json", "-"});
  const auto json = nlohmann::json::parse(must_run(arguments).out);
  CHECK(json["format"] == "nmfsep-training");
  CHECK(json["together"] == true);
  CHECK(json["components"] == 12);
  CHECK(json["sources"][1]["source"] == "high");
  CHECK(json["sources"][1]["factorisation"]["divergence"] > 0);
}

TEST_CASE("wrong sources are refused with their name and the remedy, and nothing is written") {
  TrainedModels folder;
  const std::string low = source(folder, "low", "low.wav");
  struct Case {
    std::vector<std::string> sources;
    int status;
    std::string complaint;
  };
  const std::vector<Case> cases{
      {{low}, 2, "a set of 1 sources, must be 2 to 8"},
      {{low, low}, 2, "two sources are named 'low'"},
      {{low, folder.at("high.wav")}, 2, "must be NAME=PATH"},
      {{low, source(folder, "", "high.wav")}, 2, "must be NAME=PATH"},
      {{low, "high="}, 2, "must be NAME=PATH"},
      {{low, source(folder, "a/b", "high.wav")}, 2, "has a '/'"},
      {{low, source(folder, "high", "absent.wav")}, 1, "No such file"},
      {{low, source(folder, "high", "*.mp3")}, 1, "no file matches it"},
      {{low, source(folder, "high", "low.safetensors")}, 1, "low.safetensors"},
      {{low, source(folder, "high", "high.wav"), "--context", "4"}, 2, "context = 4, must be odd"},
      {{low, source(folder, "high", "high.wav"), "--ensemble", "0"}, 2, "ensemble = 0"},
  };
  const auto before = folder.entries();
  for (const Case& bad : cases) {
    INFO(bad.complaint);
    const auto result = run_program(command(folder, bad.sources));
    CHECK(result.status == bad.status);
    CHECK_THAT(result.err, contains(bad.complaint));
    CHECK(result.out.empty());
  }
  CHECK(folder.entries() == before);
}

TEST_CASE("a recording is not replaced by the model, not even one that a pattern finds") {
  TrainedModels folder;
  const std::string before = test::read_bytes(folder / "high.wav");
  const auto result =
      run_program({"train-set", source(folder, "low", "low.wav"), source(folder, "high", "h*.wav"),
                   "-o", folder.at("high.wav"), "--overwrite"});
  CHECK(result.status == 2);
  CHECK_THAT(result.err, contains("high.wav"));
  CHECK((test::read_bytes(folder / "high.wav") == before));
}

TEST_CASE("a source without a model is learnt beside a set") {
  TrainedModels folder;
  must_run(two_sources(folder));
  must_run({"separate", folder.at("mix.wav"), "-m", folder.at("set.model"), "--learn", "rest=3",
            "-o", folder.at("out")});
  Matrix sum = Matrix::Zero(12000, 1);
  for (const std::string name : {"low", "high", "rest"})
    sum += read_audio(folder / ("out/mix/" + name + ".wav")).samples;
  CHECK(sum.isApprox(read_audio(folder / "mix.wav").samples, 1e-5F));
}

TEST_CASE("train-set --exact says so in the model, and separate then searches on all rows") {
  const test::TemporaryFolder folder;
  const std::string data = (test::project_folder() / "data/").string();
  const std::string few = (folder / "few.model").string();
  const std::string exact = (folder / "exact.model").string();
  const auto train = [&](const std::string& model, const std::vector<std::string>& more) {
    std::vector<std::string> words{"train-set", "-o", model, "-c", "170", "--mixture-seconds", "0"};
    for (const char* name : {"drums", "bass"})
      words.push_back(fmt::format("{0}={1}train/{0}.flac", name, data));
    words.insert(words.end(), more.begin(), more.end());
    must_run(words);
  };
  train(few, {});
  train(exact, {"--exact"});
  CHECK_THAT(must_run({"info", exact}).out, contains("50 updates, exact search"));
  CHECK_THAT(must_run({"info", few}).out, !contains("exact search"));

  const auto bass = [&](const std::string& model, const std::vector<std::string>& more) {
    const std::string out = (folder / "out").string();
    std::vector<std::string> words{
        "separate", data + "mixture.flac", "-m",       model, "-o", out, "--duration",
        "0.5",      "--overwrite",         "--format", "wav"};
    words.insert(words.end(), more.begin(), more.end());
    must_run(words);
    return read_audio(folder / "out/mixture/bass.wav").samples;
  };
  const Matrix told = bass(few, {"--exact"});
  CHECK(bass(exact, {}) == told);
  CHECK(bass(few, {}) != told);
}

TEST_CASE("train-set --exact is refused where nothing is searched") {
  TrainedModels folder;
  const auto refused = run_program({"train-set", source(folder, "low", "low.wav"),
                                    source(folder, "high", "high.wav"), "-o",
                                    folder.at("set.model"), "--method", "drnn", "--exact"});
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains("--exact has no effect with --method drnn"));
}
