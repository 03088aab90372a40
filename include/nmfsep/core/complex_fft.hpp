#pragma once

#include <complex>
#include <cstddef>
#include <memory>

namespace nmfsep {

/// Discrete Fourier transform of n complex numbers, float or double, any n ≥ 1: X(f) = Σ x(t)
/// e^(−2πift/n), and the inverse without its factor 1/n. Powers of two by Stockham's radix 4
/// (Cochran et al., 1967, IEEE Trans. Audio Electroacoust. 15(2)) in the vectors that the machine
/// has; any other n as a convolution of twice that power of two and more, in double (Bluestein,
/// 1970, the same journal, 18(4)). Immutable: one serves many threads at once, and gives the same
/// bits each time on the same instruction set.
template <typename Real>
class ComplexFft {
 public:
  /// Throws InvalidArgument unless `size` is positive.
  explicit ComplexFft(std::size_t size);
  ~ComplexFft();
  ComplexFft(ComplexFft&&) noexcept;
  ComplexFft& operator=(ComplexFft&&) noexcept;

  std::size_t size() const;

  /// In place, `size` numbers.
  void forward(std::complex<Real>* values) const;
  void inverse(std::complex<Real>* values) const;

 private:
  struct Plan;
  std::unique_ptr<const Plan> plan_;
};

extern template class ComplexFft<float>;
extern template class ComplexFft<double>;

}  // namespace nmfsep
