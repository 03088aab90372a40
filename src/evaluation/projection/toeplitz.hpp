#pragma once

#include "evaluation/projection/levinson.hpp"
#include "evaluation/projection/spectra.hpp"

namespace nmfsep {

/// The symmetric block Toeplitz matrix T whose block (a, b) is R_(a-b), as an operator in the
/// frequency domain. Vectors are taps × K·Q: column q·K + i is channel i of right side q.
class BlockToeplitz {
 public:
  /// `lags` as for `levinson`.
  BlockToeplitz(const Eigen::MatrixXd& lags, Index channels);

  /// T x.
  Eigen::MatrixXd operator*(const Eigen::MatrixXd& x) const;

  /// T with the rows and columns of taps × K vectors written column by column.
  Eigen::MatrixXd dense() const;

 private:
  Index taps_, channels_;
  RealFft fft_;
  Eigen::MatrixXd lags_;
  Spectra symbol_;  ///< column i·K + j
};

/// T⁻¹ as an operator, from T's predictors: T⁻¹ = L(F) E_f⁻¹ L(F)ᵀ - L(zB) E_b⁻¹ L(zB)ᵀ, where
/// L(X) is the lower triangular block Toeplitz matrix with first column X and z delays by one
/// block (Gohberg and Semencul, 1972; Gohberg and Heinig, 1974).
class BlockToeplitzInverse {
 public:
  explicit BlockToeplitzInverse(const Predictors& predictors);

  /// T⁻¹ x.
  Eigen::MatrixXd operator*(const Eigen::MatrixXd& x) const;

 private:
  Index channels_, taps_;
  RealFft fft_;
  Spectra forward_, backward_;  ///< of F and zB over the roots of their errors, column i·K + j
};

}  // namespace nmfsep
