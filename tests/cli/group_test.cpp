#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>

#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::error_db;
using test::must_run;
using test::run_program;
using test::TrainedModels;

namespace {

std::vector<std::string> group(const TrainedModels& folder, std::vector<std::string> more) {
  std::vector<std::string> words{"separate", folder.at("mix.wav"), "-c", "6",
                                 "-o",       folder.at("out"),     "-q"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// Short noises, three a second, 1.5 s.
AudioBuffer strokes(std::uint64_t seed) {
  AudioBuffer audio{test::noise(seed, 12000, 1, 0.3F), 8000};
  for (Index n = 0; n < audio.length(); ++n)
    if (n % 2600 > 300) audio.samples(n, 0) = 0;
  return audio;
}

Matrix stem(const TrainedModels& folder, const std::string& name) {
  return read_audio(folder / ("out/mix/" + name)).samples;
}

}  // namespace

TEST_CASE("components are grouped to stems that sum to the mixture") {
  const TrainedModels folder;
  const auto run = must_run(group(folder, {"--group", "2", "--json", "-"}));
  const Matrix sum = stem(folder, "group-1.wav") + stem(folder, "group-2.wav");
  CHECK((sum - read_audio(folder / "mix.wav").samples).cwiseAbs().maxCoeff() < 1e-6F);
  const auto track = nlohmann::json::parse(run.out)["tracks"][0];
  REQUIRE(track["groups"].size() == 2);
  std::set<std::string> components;
  double share = 0;
  for (const auto& each : track["groups"]) {
    share += each["energy_share"].get<double>();
    for (const auto& component : each["components"]) components.insert(component["component"]);
  }
  CHECK(components.size() == 6);
  CHECK(*components.begin() == "component-01");
  CHECK(std::abs(share - 1) < 1e-6);
  CHECK_FALSE(track.contains("components"));
}

TEST_CASE("a group is named after the recording that it resembles") {
  const TrainedModels folder;
  test::write_audio(folder / "strokes.wav", strokes(7));
  const AudioBuffer tone = test::swelling_tone(220, 1.1, 1.5);
  test::write_audio(folder / "song.wav", {tone.samples + strokes(8).samples, tone.sample_rate});
  const auto result = run_program({"separate", folder.at("song.wav"), "-c", "6", "--group", "2",
                                   "--like", folder.at("strokes.wav"), "-o", folder.at("out")});
  REQUIRE(result.status == 0);
  CHECK_THAT(result.err, contains("strokes: ") && contains("% of the energy"));
  CHECK(error_db(strokes(8), read_audio(folder / "out/song/strokes.wav")) < -6);
  CHECK(error_db(tone, read_audio(folder / "out/song/group-1.wav")) < -6);
}

TEST_CASE("groups are the same bytes on any number of threads, and models are kept of them") {
  const TrainedModels folder;
  std::string first;
  for (const char* threads : {"1", "3"}) {
    must_run(group(folder, {"--group", "2", "--save-model", folder.at("groups.safetensors"),
                            "--overwrite", "--threads", threads}));
    const std::string bytes = test::read_bytes(folder / "out/mix/group-2.wav");
    if (first.empty()) first = bytes;
    CHECK((bytes == first));
  }
  const auto models = load_models(folder / "groups.safetensors");
  REQUIRE(models.size() == 2);
  CHECK(models[0]->components() + models[1]->components() == 6);
}

TEST_CASE("a manifest knows what groups are made of") {
  const TrainedModels folder;
  const std::vector<std::string> flags{
      "--group", "2", "--like", folder.at("low.wav"), "--manifest", folder.at("m.jsonl")};
  const auto run = [&](std::vector<std::string> more) {
    more.insert(more.begin(), flags.begin(), flags.end());
    auto words = group(folder, more);
    words.erase(std::find(words.begin(), words.end(), "-q"));
    const auto result = run_program(words);
    REQUIRE(result.status == 0);
    return result.err;
  };
  run({});
  CHECK_THAT(run({}), contains("skipped, its stems are there"));
  CHECK_THAT(run({"--group-by", "time", "--overwrite"}), !contains("skipped"));
  CHECK_THAT(run({"--group-by", "time"}), contains("skipped"));
  std::filesystem::copy_file(folder / "high.wav", folder / "low.wav",
                             std::filesystem::copy_options::overwrite_existing);
  CHECK_THAT(run({"--group-by", "time", "--overwrite"}), !contains("skipped"));
}

TEST_CASE("flags of groups that make no sense are refused by name") {
  const TrainedModels folder;
  const auto refuses = [&](const std::vector<std::string>& more, const std::string& message) {
    const auto result = run_program(group(folder, more));
    CHECK(result.status != 0);
    CHECK_THAT(result.err, contains(message));
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  };
  refuses({"--group", "1"}, "--group = 1, must be from 2 to the number of components, 6");
  refuses({"--group", "7"}, "--group = 7, must be from 2");
  refuses({"--group-by", "time"}, "--group-by is how --group goes about; give --group N");
  refuses({"--like", folder.at("low.wav")}, "--like names one of the groups; give --group N");
  refuses({"--group", "2", "--group-by", "pitch"}, "pitch");
  refuses({"--group", "2", "--like", folder.at("none.wav")}, "none.wav");
  refuses({"--group", "2", "--like", folder.at("low.wav"), "--like", folder.at("low.wav")}, "low");
  const auto without =
      run_program({"separate", folder.at("mix.wav"), "-m", folder.at("low.safetensors"), "--learn",
                   "rest=5", "--group", "2", "-o", folder.at("out")});
  CHECK_THAT(without.err, contains("--group puts components together; give -c N with it"));
}
