#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// What a network's inputs look like: the mean and the deviation of each feature. Training takes
/// them off, (x − mean) / deviation, and at its end the first layer takes them in.
class FeatureScale {
 public:
  explicit FeatureScale(Index features);

  /// Counts the columns of features × frames.
  void count(const MatrixView& features);
  /// Takes mean and deviation off features × frames; of a deviation below a thousandth, that.
  void take_off(Matrix& features) const;
  /// Changes W·x + b so that it is of x what it was of what `take_off` leaves of x.
  void absorb_into(Matrix& W, Matrix& b) const;

 private:
  Vector mean() const;
  Vector deviation() const;

  Eigen::ArrayXd sum_, squares_;
  double frames_ = 0;
};

}  // namespace nmfsep
