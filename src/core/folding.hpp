#pragma once

#include <Eigen/Core>

#include <complex>

namespace nmfsep {

/// A real signal x of N = 2M samples, folded into complex numbers, z(n) = x(2n) + i·x(2n + 1), has
/// a spectrum Z of M bins from which its own follows (Cooley, Lewis & Welch, The fast Fourier
/// transform algorithm: programming considerations, J. Sound Vib. 12, 1970):
///
///     X(k) = E(k) + e^(−2πik/N) O(k),    E, O = (Z(k) ± Z*(M − k)) / (2, 2i),    k = 0 … M
///
/// Any instruction set gives the same bits.
template <typename Real>
class Folding {
 public:
  using Spectrum = Eigen::Matrix<std::complex<Real>, Eigen::Dynamic, 1>;

  /// N = `size`, even.
  explicit Folding(Eigen::Index size);

  /// X, of M + 1 bins, of Z.
  void unfold(const Spectrum& Z, Eigen::Ref<Spectrum> X) const;

  /// The way back, to 2·Z, so that M points' transform makes N·x of it. The imaginary parts of X(0)
  /// and X(M), which a real signal does not have, are not read.
  void fold(const Eigen::Ref<const Spectrum>& X, Spectrum& Z) const;

 private:
  Eigen::Matrix<Real, Eigen::Dynamic, 1> cosine_, sine_;  ///< of 2πk/N, k = 0 … N/4
};

}  // namespace nmfsep
