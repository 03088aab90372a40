#include "nmfsep/audio/resample.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

TEST_CASE("a tone at another rate is the same tone, without delay") {
  for (const int from : {8000, 22050, 44100, 48000}) {
    for (const int to : {8000, 16000, 22050, 44100, 192000}) {
      const AudioBuffer result = resample(tone(440, 1, from), to);
      const AudioBuffer expected = tone(440, 1, to);
      REQUIRE(result.sample_rate == to);
      REQUIRE(result.length() == expected.length());
      const Index edge = to / 10;  // the filter rings where the tone is cut off
      const Matrix error = result.samples - expected.samples;
      CHECK(error.middleRows(edge, error.rows() - 2 * edge).cwiseAbs().maxCoeff() < 1e-5F);
    }
  }
}

TEST_CASE("what lies above the new rate's half is gone, and what lies close below it stays") {
  const auto root_mean_square = [](const Matrix& samples) {
    const Index edge = samples.rows() / 8;
    const auto inner = samples.middleRows(edge, samples.rows() - 2 * edge).cast<double>();
    return std::sqrt(inner.squaredNorm() / static_cast<double>(inner.size()));
  };
  for (const auto& [from, to] : std::vector<std::pair<int, int>>{{48000, 44100}, {44100, 16000}}) {
    const double half = to / 2.0;
    CHECK(root_mean_square(resample(tone(1.01 * half, 1, from), to).samples) < 1e-6);
    const Matrix below = resample(tone(0.9 * half, 1, from), to).samples;
    const Matrix expected = tone(0.9 * half, 1, to).samples;
    CHECK(root_mean_square(below - expected) < 1e-3);
  }
}

TEST_CASE("the length is rounded, for any length and channels") {
  for (Index frames = 1; frames < 200; ++frames) {
    const AudioBuffer result = resample({noise(1, frames, 3), 44100}, 16000);
    CHECK(result.length() == std::llround(static_cast<double>(frames) * 16000 / 44100));
    CHECK(result.channels() == 3);
    CHECK(result.samples.allFinite());
  }
}

TEST_CASE("audio in blocks of any size is resampled to the same bits as in one") {
  for (const auto& [from, to] : std::vector<std::pair<int, int>>{
           {44100, 16000}, {16000, 44100}, {48000, 44100}, {8000, 192000}, {44100, 44100}}) {
    const AudioBuffer audio{noise(1, 30000, 2), from};
    const Matrix whole = resample(audio, to).samples;
    for (const Index size : {1, 7, 441, 4096, 16384, 29999, 30000}) {
      INFO(from << " Hz to " << to << " Hz in blocks of " << size);
      BufferSource source(audio, "noise");
      ResampledSource resampled(source, to);
      CHECK(resampled.info().length == whole.rows());
      CHECK(resampled.info().sample_rate == to);
      Matrix parts(whole.rows(), 2);
      Index done = 0;
      for (Index got = size; got == size; done += got) {
        Matrix block(size, 2);
        got = resampled.read(block);
        REQUIRE(done + got <= whole.rows());
        parts.middleRows(done, got) = block.topRows(got);
      }
      REQUIRE(done == whole.rows());
      CHECK(parts == whole);
    }
  }
}

TEST_CASE("a resampler that is fed in crumbs gives the same bits") {
  const Matrix samples = noise(2, 6000, 1);
  const Matrix whole = resample({samples, 44100}, 48000).samples;
  for (const Index size : {1, 13, 1000}) {
    Resampler resampler(44100, 48000, 1);
    AudioQueue parts(1);
    for (Index first = 0; first < samples.rows(); first += size)
      parts.push(resampler.push(samples.middleRows(first, std::min(size, samples.rows() - first))));
    parts.push(resampler.finish());
    CHECK(Matrix(parts.samples()) == whole);
  }
}

TEST_CASE("the same rate changes nothing") {
  const AudioBuffer audio{noise(1, 1000, 2), 44100};
  CHECK(resample(audio, 44100).samples == audio.samples);
}

TEST_CASE("a rate that is not positive is refused") {
  CHECK_THROWS_AS(resample({noise(1, 10), 44100}, 0), InvalidArgument);
  CHECK_THROWS_AS(resample({noise(1, 10), 0}, 44100), InvalidArgument);
}
