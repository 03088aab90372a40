#include "evaluation/projection/levinson.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include <algorithm>

#include "evaluation/projection/kernels.hpp"

namespace nmfsep {
namespace {

/// The recursion's arrays: rows of K-blocks, with zeros behind for whole vector registers.
class LevinsonRecursion {
 public:
  LevinsonRecursion(const Eigen::MatrixXd& lags, Index channels, double ridge)
      : taps_(lags.rows()),
        channels_(channels),
        reversed_lags_(zeros()),
        forward_(zeros()),
        backward_(zeros()) {
    for (Index lag = 0; lag < taps_; ++lag)
      for (Index i = 0; i < channels; ++i)
        for (Index l = 0; l < channels; ++l)
          reversed_lags_((taps_ - 1 - lag) * channels + l, i) = lags(lag, i * channels + l);
    forward_error_ = reversed_lags_.middleRows((taps_ - 1) * channels, channels);
    forward_error_.diagonal().array() += ridge;
    backward_error_ = forward_error_;
    forward_.topRows(channels).setIdentity();
    backward_.middleRows((taps_ - 1) * channels, channels).setIdentity();
  }

  /// From predictors over `order` blocks to predictors over one more. Backward predictors end at
  /// the last block of their array, so that shifting them by a block moves nothing.
  void step(Index order) {
    const Eigen::MatrixXd delta = kernels::inner(panel(reversed_lags_, taps_ - 1 - order),
                                                 panel(forward_, 0), channels_, order * channels_);
    const Eigen::MatrixXd x = backward_error_.llt().solve(delta);
    const Eigen::MatrixXd y = forward_error_.llt().solve(delta.transpose());
    kernels::exchange(panel(forward_, 0), panel(backward_, taps_ - 1 - order), {x, y},
                      (order + 1) * channels_);
    forward_error_ -= delta.transpose() * x;
    backward_error_ -= delta * y;
  }

  double smallest_error() const {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(backward_error_,
                                                                Eigen::EigenvaluesOnly);
    return solver.eigenvalues().minCoeff();
  }

  Predictors result() const {
    return {forward_.topRows(taps_ * channels_), backward_.topRows(taps_ * channels_),
            forward_error_, backward_error_, smallest_error()};
  }

 private:
  Eigen::MatrixXd zeros() const {
    return Eigen::MatrixXd::Zero(taps_ * channels_ + kernels::row_padding, channels_);
  }
  kernels::Panel panel(Eigen::MatrixXd& matrix, Index block) const {
    return {matrix.data() + block * channels_, matrix.rows()};
  }

  Index taps_, channels_;
  Eigen::MatrixXd reversed_lags_;  ///< block taps-1-τ is R_τᵀ
  Eigen::MatrixXd forward_, backward_;
  Eigen::MatrixXd forward_error_, backward_error_;
};

}  // namespace

Predictors levinson(const Eigen::MatrixXd& lags, Index channels, double ridge) {
  LevinsonRecursion recursion(lags, channels, ridge);
  // Prediction errors only fall with the order, so a bad one need not be carried to the end.
  constexpr Index orders_between_checks = 32;
  for (Index order = 1; order < lags.rows(); ++order) {
    recursion.step(order);
    if (order % orders_between_checks == 0 && !(recursion.smallest_error() > 0.0)) break;
  }
  return recursion.result();
}

}  // namespace nmfsep
