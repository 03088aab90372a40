#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// cos and sin of 2πk/N, k = 0 … N/4.
struct Turns {
  Vector cosine, sine;
};

/// A real signal x of N = 2M samples, folded into complex numbers, z(n) = x(2n) + i·x(2n + 1), has
/// a spectrum Z of M bins from which its own follows (Cooley, Lewis & Welch, The fast Fourier
/// transform algorithm: programming considerations, J. Sound Vib. 12, 1970):
///
///     X(k) = E(k) + e^(−2πik/N) O(k),    E, O = (Z(k) ± Z*(M − k)) / (2, 2i),    k = 0 … M
///
/// Any instruction set gives the same bits.
class Folding {
 public:
  /// N = `size`, even.
  explicit Folding(Index size);

  /// X, of M + 1 bins, of Z.
  void unfold(const Eigen::VectorXcf& Z, Eigen::Ref<Eigen::VectorXcf> X) const;

  /// The way back, to 2·Z, so that M points' transform makes N·x of it. The imaginary parts of X(0)
  /// and X(M), which a real signal does not have, are not read.
  void fold(const Eigen::Ref<const Eigen::VectorXcf>& X, Eigen::VectorXcf& Z) const;

 private:
  Turns turns_;
};

}  // namespace nmfsep
