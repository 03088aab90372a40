// Stems in containers other than WAV and FLAC, and in the mixture's own.
#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;
using test::TrainedModels;

namespace {

/// Whether this machine's libsndfile writes the format.
bool is_written(const TrainedModels& folder, const std::string& format) {
  const auto result = run_program({"separate", folder.at("mix.wav"), "-c", "2", "--iterations", "1",
                                   "--format", format, "-o", folder.at("trial-" + format)});
  if (result.status != 0) CHECK_THAT(result.err, contains("does not write it; choose WAV"));
  return result.status == 0;
}

std::vector<std::string> separate(const TrainedModels& folder, std::vector<std::string> more) {
  more.insert(more.begin(), {"separate", "-m", folder.at("low.safetensors"), "-m",
                             folder.at("high.safetensors"), "-o", folder.at("out")});
  return more;
}

}  // namespace

TEST_CASE("stems come as Ogg Vorbis, Opus and MP3, and sound as those in WAV") {
  const TrainedModels folder(16000);
  must_run(separate(folder, {folder.at("mix.wav")}));
  const AudioBuffer exact = read_audio(folder / "out/mix/low.wav");
  for (const std::string format : {"ogg", "opus", "mp3"}) {
    INFO(format);
    if (!is_written(folder, format)) continue;
    must_run(separate(folder, {folder.at("mix.wav"), "--format", format}));
    AudioBuffer lossy = read_audio(folder / ("out/mix/low." + format));
    CHECK(lossy.sample_rate == 16000);
    CHECK(lossy.length() >= exact.length());
    CHECK(lossy.length() < exact.length() + 4000);
    lossy.samples = Matrix(lossy.samples.topRows(exact.length()));
    CHECK(test::error_db(exact, lossy) < -10);
  }
}

TEST_CASE("Opus takes audio at a rate that it does not know at 48 kHz") {
  const TrainedModels folder(22050);
  if (!is_written(folder, "opus")) NMFSEP_SKIP("no Opus here");
  must_run(separate(folder, {folder.at("mix.wav"), "--format", "opus"}));
  const AudioBuffer stem = read_audio(folder / "out/mix/high.opus");
  CHECK(stem.sample_rate == 48000);
  CHECK(std::abs(stem.seconds() - 1.5) < 0.01);
}

TEST_CASE("stems come in the mixture's own container where it is asked for") {
  const TrainedModels folder;
  const AudioBuffer mix = read_audio(folder / "mix.wav");
  test::write_audio(folder / "f.flac", mix, {Container::flac, SampleFormat::pcm16});
  // What the name says does not count.
  test::write_audio(folder / "g.wav", mix, {Container::flac, SampleFormat::pcm24});
  std::vector<std::string> words = separate(
      folder, {folder.at("mix.wav"), folder.at("f.flac"), folder.at("g.wav"), "--format", "same"});
  must_run(words);
  CHECK(test::read_bytes(folder / "out/mix/low.wav").substr(0, 4) == "RIFF");
  CHECK(test::read_bytes(folder / "out/f/low.flac").substr(0, 4) == "fLaC");
  CHECK(test::read_bytes(folder / "out/g/low.flac").substr(0, 4) == "fLaC");
  if (!is_written(folder, "ogg")) return;
  test::write_audio(folder / "v.ogg", mix, {Container::vorbis, SampleFormat::float32});
  must_run(separate(folder, {folder.at("v.ogg"), "--format", "same", "--bit-depth", "16"}));
  CHECK(test::read_bytes(folder / "out/v/low.ogg").substr(0, 4) == "OggS");
}

TEST_CASE("a bit depth that a container has not is refused, and samples beyond full scale told") {
  const TrainedModels folder;
  for (const std::string format : {"ogg", "opus", "mp3"}) {
    const auto result = run_program(
        separate(folder, {folder.at("mix.wav"), "--format", format, "--bit-depth", "16"}));
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains("--bit-depth 16 with --format " + format + ": ") &&
                               contains("has no bit depth"));
  }
  const auto flac = run_program(
      separate(folder, {folder.at("mix.wav"), "--format", "flac", "--bit-depth", "32f"}));
  CHECK(flac.status == 2);
  CHECK_THAT(flac.err, contains("--bit-depth 32f with --format flac: FLAC holds 16 or 24 bits"));
  if (!is_written(folder, "ogg")) return;
  AudioBuffer loud = read_audio(folder / "mix.wav");
  loud.samples *= 10;
  test::write_audio(folder / "loud.wav", loud);
  CHECK_THAT(must_run(separate(folder, {folder.at("loud.wav"), "--format", "ogg"})).err,
             contains("limited to it; --format wav --bit-depth 32f keeps them"));
}
