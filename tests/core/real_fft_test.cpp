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

Eigen::VectorXd noise(Eigen::Index size) {
  Random random(static_cast<std::uint64_t>(size));
  return Eigen::VectorXd::NullaryExpr(size,
                                      [&] { return static_cast<double>(random.uniform()) - 0.5; });
}

/// Bin `f` as the definition writes it.
std::complex<double> literal_bin(const Eigen::VectorXd& signal, Eigen::Index f) {
  std::complex<double> sum = 0.0;
  for (Eigen::Index t = 0; t < signal.size(); ++t)
    sum += std::polar(signal[t], -2.0 * std::numbers::pi * static_cast<double>(f * t) /
                                     static_cast<double>(signal.size()));
  return sum;
}

}  // namespace

TEST_CASE("the real Fourier transform is the definition's, and its inverse goes back") {
  for (const Eigen::Index size : {2, 6, 16, 90, 512}) {
    const RealFft fft(size);
    const Eigen::VectorXd signal = noise(size);
    const Eigen::VectorXcd spectrum = fft.forward(signal);
    REQUIRE(spectrum.size() == fft.bins());
    for (Eigen::Index f = 0; f < fft.bins(); ++f)
      CHECK(std::abs(spectrum[f] - literal_bin(signal, f)) < 1e-11);
    CHECK((fft.inverse(spectrum) - signal).norm() < 1e-13);
  }
}

TEST_CASE("the real Fourier transform does not depend on where its input lies in memory") {
  const RealFft fft(512);
  const Eigen::VectorXd longer = noise(513);
  const Eigen::VectorXd moved = longer.tail(512);
  CHECK(fft.forward(longer.tail(512)) == fft.forward(moved));
}

TEST_CASE("the real Fourier transform refuses sizes that are not even") {
  for (const Eigen::Index size : {-2, 0, 1, 7})
    CHECK_THROWS_AS(RealFft(size), nmfsep::InvalidArgument);
}
