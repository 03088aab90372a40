#include "stft/folding.hpp"

#include <cmath>
#include <complex>
#include <numbers>

#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

using Complex = std::complex<float>;

Eigen::VectorXcf noise(Index size) {
  Random random(static_cast<std::uint64_t>(size));
  return Eigen::VectorXcf::NullaryExpr(size, [&] {
    const float re = random.uniform() - 0.5F;
    return Complex(re, random.uniform() - 0.5F);
  });
}

/// The equation, number by number, each operation rounded in the order in which it is written.
Complex literal_bin(const Eigen::VectorXcf& Z, Index k) {
  const Complex a = Z[k], b = Z[Z.size() - k];
  const double angle = std::numbers::pi * static_cast<double>(k) / static_cast<double>(Z.size());
  const auto cosine = static_cast<float>(std::cos(angle));
  const auto sine = static_cast<float>(std::sin(angle));
  const Complex E(0.5F * (a.real() + b.real()), 0.5F * (a.imag() - b.imag()));
  const Complex O(0.5F * (a.imag() + b.imag()), 0.5F * (b.real() - a.real()));
  return {E.real() + (cosine * O.real() + sine * O.imag()),
          E.imag() + (cosine * O.imag() - sine * O.real())};
}

}  // namespace

TEST_CASE("a folded spectrum unfolds to the bits of the equation, whatever the width of vectors") {
  for (Index M = 1; M < 140; ++M) {
    const Eigen::VectorXcf Z = noise(M);
    Eigen::VectorXcf X(M + 1);
    Folding(2 * M).unfold(Z, X);
    CHECK(X[0] == Z[0].real() + Z[0].imag());
    CHECK(X[M] == Z[0].real() - Z[0].imag());
    for (Index k = 1; 2 * k < M; ++k) CHECK(X[k] == literal_bin(Z, k));
    for (Index k = (M + 1) / 2; k < M; ++k) CHECK(std::abs(X[k] - literal_bin(Z, k)) < 1e-6F);
  }
}

TEST_CASE("folding is the way back, to twice the folded spectrum") {
  for (Index M = 1; M < 140; ++M) {
    const Folding folding(2 * M);
    const Eigen::VectorXcf Z = noise(M);
    Eigen::VectorXcf X(M + 1), again(M), without(M);
    folding.unfold(Z, X);
    folding.fold(X, again);
    CHECK((again - 2 * Z).norm() < 1e-5F);
    X[0] += Complex(0, 3);  // a real signal has no such parts
    X[M] -= Complex(0, 5);
    folding.fold(X, without);
    CHECK(without == again);
  }
}
