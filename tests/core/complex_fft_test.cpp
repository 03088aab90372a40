#include "nmfsep/core/complex_fft.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

template <typename Real>
std::vector<std::complex<Real>> random_numbers(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::complex<Real>> values(n);
  for (auto& value : values)
    value = {static_cast<Real>(random.uniform() - 0.5F),
             static_cast<Real>(random.uniform() - 0.5F)};
  return values;
}

/// By the definition, in double; `sign` −1 is the transform, 1 its inverse times n.
template <typename Real>
std::vector<std::complex<double>> literal(const std::vector<std::complex<Real>>& x, int sign) {
  const std::size_t n = x.size();
  std::vector<std::complex<double>> X(n);
  for (std::size_t f = 0; f < n; ++f)
    for (std::size_t t = 0; t < n; ++t)
      X[f] += std::complex<double>(x[t]) *
              std::polar(1.0, sign * 2 * std::numbers::pi * static_cast<double>(f * t % n) /
                                  static_cast<double>(n));
  return X;
}

/// The root mean square of the difference over that of `expected`.
template <typename Real>
double error(const std::vector<std::complex<Real>>& found,
             const std::vector<std::complex<double>>& expected) {
  double difference = 0, all = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    difference += std::norm(std::complex<double>(found[i]) - expected[i]);
    all += std::norm(expected[i]);
  }
  return std::sqrt(difference / all);
}

template <typename Real>
void check_size(std::size_t n, double tolerance) {
  INFO(n << " numbers");
  const ComplexFft<Real> fft(n);
  const auto x = random_numbers<Real>(n, n);
  auto X = x;
  fft.forward(X.data());
  CHECK(error(X, literal(x, -1)) < tolerance);
  auto back = x;
  fft.inverse(back.data());
  CHECK(error(back, literal(x, 1)) < tolerance);
}

}  // namespace

TEST_CASE("a complex transform is its definition, for every size to 70 and powers of two") {
  for (std::size_t n = 1; n <= 70; ++n) {
    check_size<float>(n, 3e-7);
    check_size<double>(n, 4e-15);
  }
  for (std::size_t n = 128; n <= 2048; n *= 2) {
    check_size<float>(n, 3e-7);
    check_size<double>(n, 4e-15);
  }
  check_size<double>(1000, 4e-15);
  check_size<float>(1323, 3e-7);
}

TEST_CASE("there and back a signal is itself times its length, however long") {
  for (const std::size_t n : {1U, 2U, 3U, 4096U, 32768U, 65536U, 30870U, 1U << 20U}) {
    const ComplexFft<double> fft(n);
    const auto x = random_numbers<double>(n, 3);
    auto y = x;
    fft.forward(y.data());
    fft.inverse(y.data());
    double largest = 0;
    for (std::size_t t = 0; t < n; ++t)
      largest = std::max(largest, std::abs(y[t] / static_cast<double>(n) - x[t]));
    CHECK(largest < 1e-14);
  }
}

TEST_CASE("a transform of no numbers is refused") {
  CHECK_THROWS_WITH(ComplexFft<float>(0), contains("size = 0, must be positive"));
}
