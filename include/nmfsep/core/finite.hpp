#pragma once

#include <Eigen/Core>

namespace nmfsep {

/// Whether no value is NaN or infinite, found as fast as memory is read: Eigen's allFinite looks at
/// one value at a time.
template <typename Derived>
bool all_finite(const Eigen::MatrixBase<Derived>& values) {
  using Scalar = typename Derived::Scalar;
  return (values.array() * Scalar(0)).sum() == Scalar(0);
}

}  // namespace nmfsep
