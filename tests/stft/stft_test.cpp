#include "nmfsep/stft/stft.hpp"

#include <tbb/global_control.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "nmfsep/core/errors.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

const Window windows[] = {Window::hann, Window::hamming, Window::blackman, Window::sine,
                          Window::rectangular};

/// The definition, term by term, in double: frame t begins (N − 1) / hop frames before the signal.
Eigen::MatrixXcd literal_stft(const Vector& signal, const StftOptions& options) {
  const Index size = options.fft_size;
  const Index lead = (size - 1) / options.hop;
  const Index frames = lead + (signal.size() + options.hop - 1) / options.hop;
  Vector window = Vector::Zero(size);
  const Index length = options.window_length();
  window.segment((size - length) / 2, length) = make_window(options.window, length);
  Eigen::MatrixXcd spectra = Eigen::MatrixXcd::Zero(size / 2 + 1, frames);
  for (Index t = 0; t < frames; ++t)
    for (Index f = 0; f <= size / 2; ++f)
      for (Index n = 0; n < size; ++n) {
        const Index at = (t - lead) * options.hop + n;
        if (at < 0 || at >= signal.size()) continue;
        const double angle =
            -2 * std::numbers::pi * static_cast<double>(f * n % size) / static_cast<double>(size);
        spectra(f, t) += static_cast<double>(signal[at]) * window[n] * std::polar(1.0, angle);
      }
  return spectra;
}

bool is_valid(const StftOptions& options) {
  try {
    options.validate();
    return true;
  } catch (const InvalidArgument&) {
    return false;
  }
}

}  // namespace

TEST_CASE("spectra are those of the definition") {
  std::uint64_t seed = 0;
  for (const Window window : windows)
    for (const int size : {16, 18, 30, 64})
      for (const int hop : {size / 2, size / 4, size / 3})
        for (const Index samples : {1, 7, 64, 131}) {
          INFO(to_string(window) << ' ' << size << '/' << hop << ", " << samples << " samples");
          const StftOptions options{size, hop, window};
          const Vector signal = noise(++seed, samples);
          const ComplexMatrix spectra = Stft(options).forward(signal);
          const Eigen::MatrixXcd expected = literal_stft(signal, options);
          REQUIRE(spectra.rows() == expected.rows());
          REQUIRE(spectra.cols() == expected.cols());
          CHECK((spectra.cast<std::complex<double>>() - expected).cwiseAbs().maxCoeff() < 1e-5);
        }
}

TEST_CASE("the inverse gives every signal back") {
  for (const Window window : windows)
    for (const int size : {16, 254, 1024})
      for (const int hop : {1 + size / 64, size / 4, size / 3, size / 2}) {
        const Stft stft({size, hop, window});
        for (const Index samples : {1, 2, hop, size - 1, size, size + 1, 10 * size + 3}) {
          INFO(to_string(window) << ' ' << size << '/' << hop << ", " << samples << " samples");
          const Vector signal = noise(1, samples);
          const Vector again = stft.inverse(stft.forward(signal), samples);
          REQUIRE(again.size() == samples);
          CHECK((again - signal).cwiseAbs().maxCoeff() < 1e-6F);
        }
      }
}

TEST_CASE("a window shorter than its frame lies in the middle of it") {
  const StftOptions tutorial{64, 16, Window::hann, 32};
  const Vector signal = noise(4, 300);
  const Stft stft(tutorial);
  const ComplexMatrix spectra = stft.forward(signal);
  CHECK(spectra.rows() == 33);
  CHECK((spectra.cast<std::complex<double>>() - literal_stft(signal, tutorial)).norm() <
        1e-5 * spectra.norm());
  CHECK(stft.inverse(spectra, signal.size()).isApprox(signal, 1e-5F));

  const StftOptions whole{64, 16, Window::hann, 64};
  CHECK(whole == StftOptions{64, 16, Window::hann});
  CHECK(Stft(whole).forward(signal) == Stft({64, 16, Window::hann}).forward(signal));
  CHECK(is_valid({64, 16, Window::hann, 16}) == false);  // its hop leaves gaps
  CHECK(is_valid({64, 8, Window::hann, 16}));
  for (const int window_size : {-2, 14, 33, 66})
    CHECK_FALSE(is_valid({64, 8, Window::hann, window_size}));
}

TEST_CASE("the longest hop that is allowed still gives the signal back") {
  for (const Window window : windows) {
    StftOptions options{1024, 1024, window};
    while (!is_valid(options)) --options.hop;
    INFO(to_string(window) << ", hop " << options.hop);
    CHECK(options.hop >= 512);
    const Stft stft(options);
    const Vector signal = noise(1, 50001);
    const Vector again = stft.inverse(stft.forward(signal), signal.size());
    CHECK((again - signal).cwiseAbs().maxCoeff() < 1e-6F);
  }
}

TEST_CASE("energy is kept: spectra weighted for the half that is left out, over N") {
  // Each sample's square is counted once for every window over it, times the window's square.
  for (const int size : {64, 66}) {
    const Stft stft({size, size / 4, Window::rectangular});
    const Vector signal = noise(1, 16 * size);
    const ComplexMatrix spectra = stft.forward(signal);
    double energy = 2 * spectra.cast<std::complex<double>>().squaredNorm();
    energy -= spectra.row(0).cast<std::complex<double>>().squaredNorm();
    energy -= spectra.row(size / 2).cast<std::complex<double>>().squaredNorm();
    double expected = 0;
    for (Index n = 0; n < signal.size(); ++n) {
      const Index hop = size / 4;
      const Index covering = (size - 1 - n % hop) / hop + 1;
      expected += static_cast<double>(covering) * signal[n] * signal[n];
    }
    CHECK(energy / size == Approx(expected).epsilon(1e-6));
  }
}

TEST_CASE("the inverse of spectra that belong to no signal is the nearest signal's") {
  // Least squares: the spectra of the result have the same inverse, so what is left over has none.
  const Stft stft({64, 24, Window::hann});
  ComplexMatrix spectra(33, stft.frames(500));
  spectra.real() = noise(1, 33, spectra.cols());
  spectra.imag() = noise(2, 33, spectra.cols());
  const Vector nearest = stft.inverse(spectra, 500);
  const ComplexMatrix rest = spectra - stft.forward(nearest);
  CHECK(stft.inverse(rest, 500).cwiseAbs().maxCoeff() < 1e-6F);
  CHECK(rest.squaredNorm() > 1);
}

TEST_CASE("the same bits on 1, 2 and 7 threads") {
  const Stft stft({512, 200, Window::hann});
  const Vector signal = noise(1, 200001);
  ComplexMatrix spectra;
  Vector again;
  for (const std::size_t threads : {1U, 2U, 7U}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    const ComplexMatrix some = stft.forward(signal);
    const Vector back = stft.inverse(some, signal.size());
    if (threads == 1) {
      spectra = some;
      again = back;
    }
    CHECK(some == spectra);
    CHECK(back == again);
  }
}

TEST_CASE("a frame's bits depend on its samples alone") {
  const Stft stft({256, 64, Window::hann});
  const Vector signal = noise(1, 40000);
  const ComplexMatrix whole = stft.forward(signal);
  for (const Index start : {64, 6400, 33280}) {
    const Vector part = signal.segment(start, 1024);  // at another address too
    const ComplexMatrix frames = stft.forward(part);
    CHECK(frames.middleCols(3, 13) == whole.middleCols(start / 64 + 3, 13));
  }
}

TEST_CASE("an empty signal has no frames, and a silent one is silent") {
  const Stft stft({256, 64, Window::hann});
  CHECK(stft.frames(0) == 0);
  CHECK(stft.forward(Vector()).cols() == 0);
  CHECK(stft.inverse(ComplexMatrix(129, 0), 0).size() == 0);
  CHECK(stft.forward(Vector::Zero(1000)).isZero(0));
  CHECK(stft.frames(1) == 4);
}

TEST_CASE("defaults follow the sample rate") {
  CHECK(StftOptions::for_sample_rate(44100) == StftOptions{4096, 1024, Window::hann});
  CHECK(StftOptions::for_sample_rate(22050).fft_size == 2048);
  CHECK(StftOptions::for_sample_rate(16001).fft_size == 2048);
  CHECK(StftOptions::for_sample_rate(16000) == StftOptions{1024, 256, Window::hann});
  CHECK(StftOptions::for_sample_rate(1).fft_size == 256);
  CHECK(StftOptions::for_sample_rate(2000000000).fft_size == 65536);
}

TEST_CASE("options that cannot be inverted are refused, with what would do") {
  const auto refused = [](StftOptions options, const char* message) {
    CHECK_THROWS_WITH(Stft(options), contains("StftOptions: ") && contains(message));
  };
  refused({0, 1, Window::hann}, "fft_size = 0");
  refused({14, 4, Window::hann}, "must be even and 16 to 65536");
  refused({255, 64, Window::hann}, "fft_size = 255, must be even");
  refused({65538, 4, Window::hann}, "fft_size = 65538");
  refused({-2048, 4, Window::hann}, "fft_size = -2048");
  refused({256, 0, Window::hann}, "hop = 0");
  refused({256, -64, Window::hann}, "hop = -64");
  refused({256, 257, Window::rectangular}, "hop = 257");
  refused({256, 256, Window::hann}, "at most 128");
  refused({256, 256, Window::sine}, "hop = 256");
}

TEST_CASE("half a window is a hop that always does") {
  for (const Window window : windows)
    for (int size = 16; size < 100; size += 2)
      for (int hop = 1; hop <= size / 2; ++hop) REQUIRE(is_valid({size, hop, window}));
}

TEST_CASE("a padded signal in stretches gives the same spectra and back to the same samples") {
  for (const auto& options : {StftOptions{256, 64, Window::hann}, {100, 33, Window::sine}}) {
    const Stft stft(options);
    const Index lead = stft.lead_frames() * options.hop;
    const Vector signal = Vector::Random(3000);
    const ComplexMatrix whole = stft.forward(signal);
    const Index frames = whole.cols();
    Vector padded = Vector::Zero((frames - 1) * options.hop + options.fft_size);
    padded.segment(lead, signal.size()) = signal;
    for (const Index size : {1, 5, 64, 1000}) {
      Vector sum = Vector::Zero(padded.size());
      for (Index first = 0; first < frames; first += size) {
        const Index count = std::min(size, frames - first);
        const Index length = (count - 1) * options.hop + options.fft_size;
        ComplexMatrix spectra(stft.bins(), count);
        stft.transform(padded.segment(first * options.hop, length), spectra);
        CHECK(spectra == whole.middleCols(first, count));
        stft.overlap_add(spectra, sum.segment(first * options.hop, length));
      }
      CHECK(Vector(sum.segment(lead, signal.size())) == stft.inverse(whole, signal.size()));
    }
    ComplexMatrix spectra(stft.bins(), 3);
    CHECK_THROWS_AS(stft.transform(signal, spectra), InvalidArgument);
    CHECK_THROWS_AS(stft.overlap_add(spectra, padded), InvalidArgument);
  }
}

TEST_CASE("spectra of another shape than the signal's are refused") {
  const Stft stft({256, 64, Window::hann});
  CHECK_THROWS_WITH(stft.inverse(ComplexMatrix(129, 4), 100), contains("129 × 4"));
  CHECK_THROWS_AS(stft.inverse(ComplexMatrix(128, stft.frames(100)), 100), InvalidArgument);
  CHECK_THROWS_AS(stft.inverse(ComplexMatrix(129, 0), -1), InvalidArgument);
}
