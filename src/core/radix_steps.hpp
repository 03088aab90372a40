#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <utility>
#include <vector>

namespace nmfsep {

/// e^(−2πi part), of a part of the circle.
std::complex<double> on_circle(double part);

/// Real and imaginary parts, in arrays of their own.
template <typename Real>
struct Parts {
  Real* re;
  Real* im;
};

/// A step of Stockham's transform: `stride` sequences of `length` numbers become four times as many
/// of a quarter of it.
template <typename Real>
struct RadixStep {
  std::size_t length;
  std::size_t stride;
  std::vector<Real> numbers;  ///< of the twiddles, which a move leaves where they are
  std::array<Parts<const Real>, 3> twiddles;  ///< e^(−2πikp / length), k = 1, 2, 3
};

/// The steps of a transform of a power of two.
template <typename Real>
struct RadixSteps {
  explicit RadixSteps(std::size_t n);
  RadixSteps(RadixSteps&&) noexcept = default;

  /// In place; of values whose real and imaginary parts are swapped before and after it is the
  /// inverse times n.
  void transform(std::complex<Real>* values, bool swapped) const;

  std::size_t size;
  std::vector<RadixStep<Real>> of_four;
  bool ends_with_two;
};

}  // namespace nmfsep
