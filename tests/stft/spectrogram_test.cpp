#include "nmfsep/stft/spectrogram.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

const StftOptions options{256, 64, Window::hann};

}  // namespace

TEST_CASE("synthesis gives every channel back") {
  const Stft stft(options);
  const AudioBuffer audio{noise(1, 5001, 3), 44100};
  const Spectrogram spectrogram = analyse(audio, stft);
  CHECK(spectrogram.samples == 5001);
  CHECK(spectrogram.sample_rate == 44100);
  const AudioBuffer again = synthesise(spectrogram, stft);
  CHECK(again.sample_rate == 44100);
  CHECK((again.samples - audio.samples).cwiseAbs().maxCoeff() < 1e-6F);
}

TEST_CASE("magnitudes are |X| to the exponent, channel after channel") {
  const Spectrogram spectrogram = analyse({noise(1, 2000, 2), 44100}, Stft(options));
  const Index frames = spectrogram.channels[0].cols();
  for (const double exponent : {0.5, 1.0, 1.7, 2.0}) {
    const Matrix result = magnitudes(spectrogram, exponent);
    REQUIRE(result.rows() == 129);
    REQUIRE(result.cols() == 2 * frames);
    for (Index t = 0; t < 2 * frames; ++t)
      for (Index f = 0; f < 129; ++f) {
        const auto value =
            spectrogram.channels[static_cast<std::size_t>(t / frames)](f, t % frames);
        CHECK(result(f, t) == Approx(std::pow(std::abs(value), exponent)).epsilon(1e-5));
      }
  }
}

TEST_CASE("the magnitudes of silence are zero, and of the loudest readable samples finite") {
  const Stft stft({65536, 16384, Window::rectangular});
  CHECK(magnitudes(analyse({Matrix::Zero(3000, 1), 44100}, stft), 0.5).isZero(0));
  CHECK(magnitudes(analyse({Matrix::Constant(70000, 1, 1e12F), 44100}, stft), 2).allFinite());
}

TEST_CASE("an exponent that is not positive and finite is refused") {
  const Spectrogram spectrogram = analyse({noise(1, 200), 44100}, Stft(options));
  for (const double exponent : {0.0, -1.0, std::nan(""), HUGE_VAL})
    CHECK_THROWS_WITH(magnitudes(spectrogram, exponent), contains("exponent"));
}
