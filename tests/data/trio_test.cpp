#include <cmath>
#include <filesystem>

#include "nmfsep/audio/audio_file.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"

namespace nmfsep {
namespace {

const std::filesystem::path data = test::project_folder() / "data";
const char* const instruments[] = {"drums", "bass", "piano"};

AudioBuffer stem(const std::string& set, const std::string& instrument) {
  return read_audio(data / set / (instrument + ".flac"));
}

TEST_CASE("The trio's mixture is the exact sum of its test stems, without clipping") {
  const AudioBuffer mixture = read_audio(data / "mixture.flac");
  Matrix sum = Matrix::Zero(mixture.length(), 1);
  for (const char* instrument : instruments) sum += stem("test", instrument).samples;
  CHECK(mixture.samples == sum);
  CHECK(mixture.samples.cwiseAbs().maxCoeff() < 1.0f);
}

TEST_CASE("The trio's stems are mono, 22.05 kHz, 12 s to train on and 8 s to test, equally loud") {
  for (const char* instrument : instruments) {
    for (const auto& [set, seconds] : {std::pair{"train", 12.0}, std::pair{"test", 8.0}}) {
      const AudioBuffer audio = stem(set, instrument);
      CHECK(audio.channels() == 1);
      CHECK(audio.sample_rate == 22050);
      CHECK(audio.seconds() == seconds);
      CHECK(std::sqrt(audio.samples.squaredNorm() / audio.length()) == Approx(0.05).epsilon(1e-4));
    }
  }
}

TEST_CASE("The data folder stays below one megabyte") {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data))
    if (entry.is_regular_file()) bytes += entry.file_size();
  CHECK(bytes < 1'000'000);
}

}  // namespace
}  // namespace nmfsep
