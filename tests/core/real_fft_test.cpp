#include "nmfsep/core/real_fft.hpp"

#include <cmath>
#include <complex>
#include <numbers>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using nmfsep::Random;
using nmfsep::RealFft;

namespace {

template <typename Real>
typename RealFft<Real>::Signal noise(Eigen::Index size) {
  Random random(static_cast<std::uint64_t>(size));
  return RealFft<Real>::Signal::NullaryExpr(
      size, [&] { return static_cast<Real>(random.uniform()) - Real(0.5); });
}

/// Bin `f` as the definition writes it.
template <class Signal>
std::complex<double> literal_bin(const Signal& signal, Eigen::Index f) {
  std::complex<double> sum = 0.0;
  for (Eigen::Index t = 0; t < signal.size(); ++t)
    sum += static_cast<double>(signal[t]) *
           std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(f * t) /
                               static_cast<double>(signal.size()));
  return sum;
}

template <typename Real>
void check_definition(double tolerance) {
  for (const Eigen::Index size : {2, 4, 6, 16, 30, 90, 512}) {
    const RealFft<Real> fft(size);
    const auto signal = noise<Real>(size);
    const auto spectrum = fft.forward(signal);
    REQUIRE(spectrum.size() == fft.bins());
    for (Eigen::Index f = 0; f < fft.bins(); ++f)
      CHECK(std::abs(std::complex<double>(spectrum[f]) - literal_bin(signal, f)) < 100 * tolerance);
    CHECK((fft.inverse(spectrum) - signal).norm() < tolerance);
  }
}

}  // namespace

TEST_CASE("the real Fourier transform is the definition's, and its inverse goes back") {
  check_definition<double>(1e-13);
  check_definition<float>(1e-5);
}

TEST_CASE("transforms with scratch are those without, but for the inverse's factor") {
  const RealFft<float> fft(90);
  RealFft<float>::Scratch scratch(fft);
  const Eigen::VectorXf signal = noise<float>(90);
  scratch.signal = signal;
  Eigen::VectorXcf spectrum(fft.bins());
  fft.forward(scratch, spectrum);
  CHECK(spectrum == fft.forward(signal));
  fft.inverse(spectrum, scratch);
  CHECK(scratch.signal / 90.0F == fft.inverse(spectrum));
}

TEST_CASE("the real Fourier transform does not depend on where its input lies in memory") {
  const RealFft<double> fft(512);
  const Eigen::VectorXd longer = noise<double>(513);
  const Eigen::VectorXd moved = longer.tail(512);
  CHECK(fft.forward(longer.tail(512)) == fft.forward(moved));
}

TEST_CASE("the real Fourier transform refuses sizes that are not even") {
  for (const Eigen::Index size : {-2, 0, 1, 7})
    CHECK_THROWS_AS(RealFft<double>(size), nmfsep::InvalidArgument);
}
