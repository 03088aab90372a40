#include "nmfsep/onsets/onset_features.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "onsets/strokes.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

AudioBuffer click(double at, double seconds = 0.5) {
  AudioBuffer audio{Matrix::Zero(static_cast<Index>(seconds * onset_rate), 1), onset_rate};
  audio.samples(static_cast<Index>(at * onset_rate), 0) = 1;
  return audio;
}

}  // namespace

TEST_CASE("a frame is about the time in the middle of its windows") {
  const Matrix features = onset_features(click(0.2));
  REQUIRE(features.rows() == 160);
  CHECK(features.cols() == 51);
  for (const Index band : {10, 90}) {  // of the short window, of the long one
    Index loudest = 0;
    features.row(band).maxCoeff(&loudest);
    CHECK(onset_frame_time(static_cast<double>(loudest)) == Approx(0.2));
  }
}

TEST_CASE("features of growth are what the bands gained since the frame before") {
  const Matrix features = onset_features(test::strokes(1, 3).audio);
  for (const Index first : {0, 80})
    for (Index band = 0; band < 40; ++band) {
      CHECK(features(first + 40 + band, 0) == 0);
      for (Index t = 1; t < features.cols(); ++t) {
        const float gain = features(first + band, t) - features(first + band, t - 1);
        CHECK(features(first + 40 + band, t) == Approx(std::max(gain, 0.0F)).margin(1e-6));
      }
    }
}

TEST_CASE("a pure tone lies in the mel band of its frequency") {
  AudioBuffer tone{Matrix(onset_rate, 1), onset_rate};
  for (Index n = 0; n < tone.length(); ++n)
    tone.samples(n, 0) = static_cast<float>(std::sin(2 * 3.14159265358979 * 1000 * n / onset_rate));
  const Matrix features = onset_features(tone);
  const double mel = 2595 * std::log10(1 + 1000 / 700.0);
  const double lowest = 2595 * std::log10(1 + 30 / 700.0);
  const double highest = 2595 * std::log10(1 + 16000 / 700.0);
  Index band = 0;
  features.col(50).head(40).maxCoeff(&band);
  CHECK(std::abs(static_cast<double>(band + 1) - 41 * (mel - lowest) / (highest - lowest)) <= 1);
}

TEST_CASE("features do not depend on loudness, and silence is finite") {
  AudioBuffer audio = test::strokes(1, 5).audio;
  const Matrix features = onset_features(audio);
  audio.samples *= 0.01F;
  CHECK(features.isApprox(onset_features(audio), 1e-4F));
  audio.samples.setZero();
  CHECK(onset_features(audio) == Matrix::Zero(features.rows(), features.cols()));
  CHECK_THROWS_AS(onset_features({Matrix(0, 1), 8000}), InvalidArgument);
}

TEST_CASE("channels are heard together, at any rate") {
  const AudioBuffer mono = test::strokes(1, 6).audio;
  AudioBuffer stereo{Matrix(mono.length(), 2), mono.sample_rate};
  stereo.samples << 2 * mono.samples, Matrix::Zero(mono.length(), 1);
  CHECK(onset_features(mono).isApprox(onset_features(stereo), 1e-5F));
}
