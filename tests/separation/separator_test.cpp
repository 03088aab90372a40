#include "nmfsep/separation/separator.hpp"

#include <tbb/global_control.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/dictionary/dictionary_decomposer.hpp"
#include "nmfsep/stft/spectrogram.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/sounds.hpp"

using namespace nmfsep;
using test::error_db;
using test::swelling_tone;

namespace {

const Analysis analysis{8000, StftOptions::for_sample_rate(8000)};

NmfOptions nmf_options(int iterations = 60) {
  NmfOptions options;
  options.components = 5;
  options.iterations = iterations;
  return options;
}

Dictionary learn(const std::string& name, const AudioBuffer& audio) {
  const Matrix V = magnitudes(analyse(audio, Stft(analysis.stft)), 1);
  Dictionary dictionary;
  dictionary.name = name;
  dictionary.analysis = analysis;
  dictionary.W = factorise(V, nmf_options()).W;
  return dictionary;
}

AudioBuffer noise(std::uint64_t seed, Index frames, Index channels = 1) {
  return {test::noise(seed, frames, channels, 0.3F), 8000};
}

Separator two_tone_separator(double mask_exponent = 1) {
  std::vector<Dictionary> models{learn("low", swelling_tone(220, 1.5, 2)),
                                 learn("high", swelling_tone(523, 2.5, 2))};
  return {
      analysis,
      {{}, 1, mask_exponent},
      std::make_unique<DictionaryDecomposer>(models, std::vector<LearntSource>{}, nmf_options())};
}

Matrix sum_of(const Separation& separation) {
  Matrix sum = separation.stems[0].audio.samples;
  for (std::size_t s = 1; s < separation.stems.size(); ++s)
    sum += separation.stems[s].audio.samples;
  return sum;
}

}  // namespace

TEST_CASE("two tones come apart, and their stems sum to the mixture") {
  const AudioBuffer low = swelling_tone(220, 1.1, 3);
  const AudioBuffer high = swelling_tone(523, 0.7, 3);
  const AudioBuffer mixture{low.samples + high.samples, 8000};
  Diagnostics diagnostics;
  const Separation result = two_tone_separator(2).separate(mixture, "mix", diagnostics);
  REQUIRE(result.stems.size() == 2);
  CHECK(result.stems[0].name == "low");
  CHECK(error_db(low, result.stems[0].audio) < -15);
  CHECK(error_db(high, result.stems[1].audio) < -15);
  CHECK((sum_of(result) - mixture.samples).cwiseAbs().maxCoeff() < 1e-6F);
  CHECK(result.report.residual_dbfs < -120);
  CHECK(diagnostics.warnings().empty());
}

TEST_CASE("each channel of a mixture is separated by itself") {
  const AudioBuffer low = swelling_tone(220, 1.1, 1);
  const AudioBuffer high = swelling_tone(523, 0.7, 1);
  AudioBuffer stereo{Matrix(low.length(), 2), 8000};
  stereo.samples << low.samples + high.samples, low.samples;
  AudioBuffer swapped{stereo.samples.rowwise().reverse(), 8000};
  const Separator separator = two_tone_separator();
  Diagnostics diagnostics;
  const Separation result = separator.separate(stereo, "mix", diagnostics);
  const Separation mirrored = separator.separate(swapped, "mix", diagnostics);
  for (std::size_t s = 0; s < 2; ++s)
    CHECK(result.stems[s].audio.samples == mirrored.stems[s].audio.samples.rowwise().reverse());
}

TEST_CASE("a silent mixture gives silent stems and a warning") {
  Diagnostics diagnostics;
  const AudioBuffer silence{Matrix::Zero(5000, 1), 8000};
  const Separation result = two_tone_separator().separate(silence, "'quiet.wav'", diagnostics);
  for (const Stem& stem : result.stems) CHECK(stem.audio.samples.isZero(0));
  REQUIRE(diagnostics.warnings().size() == 1);
  CHECK(diagnostics.warnings()[0].code == WarningCode::silent_mixture);
  CHECK_THAT(diagnostics.warnings()[0].message, contains("quiet.wav"));
}

TEST_CASE("a mixture at another rate keeps its rate and length, with a warning of both rates") {
  const AudioBuffer mixture = swelling_tone(220, 1, 1.001, 11025);
  Diagnostics diagnostics;
  const Separation result = two_tone_separator().separate(mixture, "mix", diagnostics);
  for (const Stem& stem : result.stems) {
    CHECK(stem.audio.sample_rate == 11025);
    CHECK(stem.audio.length() == mixture.length());
  }
  CHECK((sum_of(result) - mixture.samples).norm() < 0.01F * mixture.samples.norm());
  REQUIRE(diagnostics.warnings().size() == 1);
  CHECK_THAT(diagnostics.warnings()[0].message, contains("11025 Hz") && contains("8000 Hz"));
}

TEST_CASE("a mixture shorter than a window is separated too") {
  Diagnostics diagnostics;
  for (const Index frames : {1, 2, 100, 1023}) {
    const AudioBuffer mixture = noise(3, frames);
    const Separation result = two_tone_separator().separate(mixture, "mix", diagnostics);
    CHECK((sum_of(result) - mixture.samples).cwiseAbs().maxCoeff() < 1e-6F);
  }
}

TEST_CASE("stems are the same to the bit on 1, 2 and 7 threads and on a second run") {
  const AudioBuffer mixture = noise(4, 20000, 2);
  const std::vector<Dictionary> models{learn("low", swelling_tone(220, 1.5, 1))};
  const Separator separator(analysis, {},
                            std::make_unique<DictionaryDecomposer>(
                                models, std::vector<LearntSource>{{"rest", 7}}, nmf_options(20)));
  Diagnostics diagnostics;
  const Separation expected = separator.separate(mixture, "mix", diagnostics);
  for (const std::size_t threads : {1, 2, 7, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    const Separation result = separator.separate(mixture, "mix", diagnostics);
    for (std::size_t s = 0; s < result.stems.size(); ++s)
      CHECK(result.stems[s].audio.samples == expected.stems[s].audio.samples);
  }
}

TEST_CASE("cancelling a separation throws, and a bad mask exponent is refused at once") {
  Diagnostics diagnostics;
  const auto cancel = [](const Progress&) { return Answer::cancel; };
  CHECK_THROWS_AS(two_tone_separator().separate(noise(5, 9000), "mix", diagnostics, cancel),
                  Cancelled);
  CHECK_THROWS_WITH(two_tone_separator(0), contains("mask exponent = 0"));
  CHECK_THROWS_AS(two_tone_separator(std::nan("")), InvalidArgument);
}
