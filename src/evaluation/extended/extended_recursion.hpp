#pragma once

#include <optional>

#include "evaluation/extended/double_double.hpp"
#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// The block Toeplitz equations of `levinson` in twice the precision of a double, for references
/// that nearly depend on each other. Vectors are taps·K × Q: row a·K + i is channel i at delay a.
class ExtendedToeplitz {
 public:
  /// `lags` as for `levinson`; `ridge`, one for each channel, is added to the diagonal.
  ExtendedToeplitz(const ExtendedMatrix& lags, const Eigen::VectorXd& ridge);

  Index channels() const { return ridge_.size(); }

  /// (T + ridge)⁻¹ `sides` by Levinson's recursion; nothing when the matrix is not positive
  /// definite to this precision.
  std::optional<ExtendedMatrix> solve(const ExtendedMatrix& sides) const;

  /// sides - (T + ridge) x.
  ExtendedMatrix residual(const ExtendedMatrix& sides, const ExtendedMatrix& x) const;

 private:
  Index taps_;
  Eigen::VectorXd ridge_;
  ExtendedMatrix lags_;  ///< block taps-1-τ is R_τᵀ, for τ from taps-1 to 1-taps
};

}  // namespace nmfsep
