// What an input says of itself beside its samples goes with the stems.
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::TrainedModels;

namespace {

/// Writes mix.wav anew, with tags and cue points at 0, 1000 and 11999.
TrainedModels& tagged(TrainedModels& folder) {
  const AudioBuffer mixture = read_audio(folder / "mix.wav");
  AudioWriter writer(PendingFile(folder / "mix.wav", Overwrite::replace), 1, 8000, {});
  writer.set_tags({{{"title", "Straße"}, {"artist", "A\x1b[31m"}},
                   {{0, "intro"}, {1000, "verse"}, {11999, "end"}}});
  writer.write(mixture.samples);
  writer.commit();
  return folder;
}

AudioTags tags_of_stem(const TrainedModels& folder, const std::string& stem,
                       const std::vector<std::string>& more) {
  std::vector<std::string> words{
      "separate",   folder.at("mix.wav"),          "-m", folder.at("low.safetensors"),
      "-m",         folder.at("high.safetensors"), "-o", folder.at("out"),
      "--overwrite"};
  words.insert(words.end(), more.begin(), more.end());
  CHECK(must_run(words).err.find('\x1b') == std::string::npos);
  return AudioReader(folder / ("out/mix/" + stem)).tags();
}

}  // namespace

TEST_CASE("stems have the tags of the mixture, and its cue points where their format has any") {
  TrainedModels folder;
  tagged(folder);
  const AudioTags wav = tags_of_stem(folder, "low.wav", {});
  CHECK(wav.text.at("title") == "Straße");
  CHECK(wav.text.at("artist") == "A\x1b[31m");
  REQUIRE(wav.cues.size() == 3);
  CHECK(wav.cues[1].sample == 1000);
  CHECK(wav.cues[1].name == "verse");
  const AudioTags flac = tags_of_stem(folder, "high.flac", {"--format", "flac"});
  CHECK(flac.text == wav.text);
}

TEST_CASE("cue points of an excerpt are those within it, from its beginning") {
  TrainedModels folder;
  tagged(folder);
  const AudioTags tags = tags_of_stem(folder, "low.wav", {"--start", "0.1", "--duration", "0.5"});
  REQUIRE(tags.cues.size() == 1);
  CHECK(tags.cues[0].sample == 200);
  CHECK(tags.cues[0].name == "verse");
}
