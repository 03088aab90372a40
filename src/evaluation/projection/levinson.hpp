#pragma once

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// The best linear predictors of K channels from their neighbours, of the highest order.
struct Predictors {
  Eigen::MatrixXd forward;         ///< taps·K × K: block a is F_a, with F_0 = I
  Eigen::MatrixXd backward;        ///< taps·K × K: block a is B_a, with B_(taps-1) = I
  Eigen::MatrixXd forward_error;   ///< K × K: T F = (forward_error, 0, …, 0)
  Eigen::MatrixXd backward_error;  ///< K × K: T B = (0, …, 0, backward_error)

  /// Energy of the worst predicted direction over the channels' energy, which is 1 for white and
  /// 0 for linearly dependent signals.
  double smallest_error = 1.0;
};

/// Block Levinson recursion (Whittle, 1963; Wiggins and Robinson, 1965) for the block Toeplitz
/// matrix T whose block (a, b) is R_(a-b), R_(-τ) = R_τᵀ. `lags` is taps × K·K, row τ holding
/// R_τ(i, j) in column i·K + j. `ridge` is added to T's diagonal. Stops early, with
/// smallest_error <= 0, when T is not positive definite to rounding.
Predictors levinson(const Eigen::MatrixXd& lags, Index channels, double ridge);

}  // namespace nmfsep
