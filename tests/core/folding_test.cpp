#include "core/folding.hpp"

#include <cmath>
#include <numbers>

#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using nmfsep::Folding;
using nmfsep::Random;

namespace {

template <typename Real>
typename Folding<Real>::Spectrum noise(Eigen::Index size) {
  Random random(static_cast<std::uint64_t>(size));
  return Folding<Real>::Spectrum::NullaryExpr(size, [&] {
    const Real re = static_cast<Real>(random.uniform()) - Real(0.5);
    return std::complex<Real>(re, static_cast<Real>(random.uniform()) - Real(0.5));
  });
}

/// e^(2πik/N), rounded.
template <typename Real>
std::complex<Real> turn(Eigen::Index k, Eigen::Index size) {
  const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(size);
  return {static_cast<Real>(std::cos(angle)), static_cast<Real>(std::sin(angle))};
}

/// The equation, number by number, each operation rounded in the order in which it is written.
template <typename Real>
std::complex<Real> literal_bin(const typename Folding<Real>::Spectrum& Z, Eigen::Index k) {
  const std::complex<Real> a = Z[k], b = Z[Z.size() - k], w = turn<Real>(k, 2 * Z.size());
  const Real half = Real(0.5);
  const std::complex<Real> E(half * (a.real() + b.real()), half * (a.imag() - b.imag()));
  const std::complex<Real> O(half * (a.imag() + b.imag()), half * (b.real() - a.real()));
  return {E.real() + (w.real() * O.real() + w.imag() * O.imag()),
          E.imag() + (w.real() * O.imag() - w.imag() * O.real())};
}

template <typename Real>
void check_unfolding() {
  for (Eigen::Index M = 1; M < 140; ++M) {
    const auto Z = noise<Real>(M);
    typename Folding<Real>::Spectrum X(M + 1);
    Folding<Real>(2 * M).unfold(Z, X);
    CHECK(X[0] == Z[0].real() + Z[0].imag());
    CHECK(X[M] == Z[0].real() - Z[0].imag());
    for (Eigen::Index k = 1; 2 * k < M; ++k) CHECK(X[k] == literal_bin<Real>(Z, k));
  }
}

template <typename Real>
void check_way_back(double tolerance) {
  for (Eigen::Index M = 1; M < 140; ++M) {
    const Folding<Real> folding(2 * M);
    const auto Z = noise<Real>(M);
    typename Folding<Real>::Spectrum X(M + 1), again(M);
    folding.unfold(Z, X);
    folding.fold(X, again);
    CHECK((again - Real(2) * Z).norm() < tolerance);
    // What a real signal does not have is not read.
    X[0] += std::complex<Real>(0, 3);
    X[M] -= std::complex<Real>(0, 5);
    typename Folding<Real>::Spectrum without(M);
    folding.fold(X, without);
    CHECK(without == again);
  }
}

}  // namespace

TEST_CASE("a folded spectrum unfolds to the bits of the equation, whatever the width of vectors") {
  check_unfolding<float>();
  check_unfolding<double>();
}

TEST_CASE("folding is the way back, to twice the folded spectrum") {
  check_way_back<float>(1e-5);
  check_way_back<double>(1e-14);
}
