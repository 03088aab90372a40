#include "evaluation/extended/extended_recursion.hpp"

#include <Eigen/Cholesky>

#include "evaluation/extended/extended_kernels.hpp"
#include "evaluation/parallel.hpp"

namespace nmfsep {
namespace {

using kernels::ExtendedPanel;
using Small = Eigen::Matrix<DoubleDouble, Eigen::Dynamic, Eigen::Dynamic>;

/// The rows from `first` on. The kernels read what they are not to change, too.
ExtendedPanel panel(const ExtendedMatrix& matrix, Index first) {
  return {const_cast<double*>(matrix.high.data()) + first,
          const_cast<double*>(matrix.low.data()) + first, matrix.high.rows(), matrix.high.cols()};
}

Small small(const ExtendedMatrix& matrix) {
  return Small::NullaryExpr(matrix.high.rows(), matrix.high.cols(),
                            [&](Index row, Index column) { return matrix(row, column); });
}

ExtendedMatrix extended(const Small& matrix) {
  ExtendedMatrix result(matrix.rows(), matrix.cols());
  for (Index column = 0; column < matrix.cols(); ++column)
    for (Index row = 0; row < matrix.rows(); ++row) result.set(row, column, matrix(row, column));
  return result;
}

/// `matrix` with zeros below for whole vector registers.
ExtendedMatrix padded(const ExtendedMatrix& matrix) {
  ExtendedMatrix result(matrix.high.rows() + kernels::row_padding, matrix.high.cols());
  result.high.topRows(matrix.high.rows()) = matrix.high;
  result.low.topRows(matrix.high.rows()) = matrix.low;
  return result;
}

Small rows_of(const ExtendedMatrix& matrix, Index first, Index count) {
  return Small::NullaryExpr(count, matrix.high.cols(),
                            [&](Index row, Index column) { return matrix(first + row, column); });
}

/// Levinson's recursion over orders, carrying the predictors and the solution.
class Recursion {
 public:
  Recursion(const ExtendedMatrix& lags, const Eigen::VectorXd& ridge, const ExtendedMatrix& sides)
      : lags_(lags),
        sides_(sides),
        channels_(ridge.size()),
        taps_(sides.high.rows() / channels_),
        forward_(padded(ExtendedMatrix(sides.high.rows(), channels_))),
        backward_(forward_),
        x_(padded(ExtendedMatrix(sides.high.rows(), sides.high.cols()))) {
    forward_error_ = rows_of(lags, (taps_ - 1) * channels_, channels_);
    for (Index i = 0; i < channels_; ++i) forward_error_(i, i) += ridge[i];
    backward_error_ = forward_error_;
    forward_.high.topRows(channels_).setIdentity();
    backward_.high.middleRows((taps_ - 1) * channels_, channels_).setIdentity();
  }

  /// False when a prediction error is not positive definite.
  bool run() {
    for (Index order = 0; order < taps_; ++order)
      if (!(order == 0 || predict(order)) || !extend(order)) return false;
    return true;
  }

  ExtendedMatrix result() const {
    ExtendedMatrix x;
    x.high = x_.high.topRows(taps_ * channels_);
    x.low = x_.low.topRows(taps_ * channels_);
    return x;
  }

 private:
  /// From predictors over `order` blocks to predictors over one more; backward ones end at the last
  /// block of their array.
  bool predict(Index order) {
    const Small delta = small(kernels::inner(panel(lags_, (taps_ - 1 - order) * channels_),
                                             panel(forward_, 0), order * channels_));
    const Eigen::LLT<Small> backward(backward_error_);
    const Eigen::LLT<Small> forward(forward_error_);
    if (backward.info() != Eigen::Success || forward.info() != Eigen::Success) return false;
    const Small x = backward.solve(delta);
    const Small y = forward.solve(Small(delta.transpose()));
    const ExtendedMatrix old = forward_;
    const Index first = (taps_ - 1 - order) * channels_;
    const Index rows = (order + 1) * channels_;
    kernels::subtract_product(panel(forward_, 0), panel(backward_, first), extended(x), rows);
    kernels::subtract_product(panel(backward_, first), panel(old, 0), extended(y), rows);
    forward_error_ -= Small(delta.transpose()) * x;
    backward_error_ -= delta * y;
    return true;
  }

  /// From the solution over `order` blocks to that over one more.
  bool extend(Index order) {
    const ExtendedMatrix known = kernels::inner(panel(lags_, (taps_ - 1 - order) * channels_),
                                                panel(x_, 0), order * channels_);
    const Eigen::LLT<Small> backward(backward_error_);
    if (backward.info() != Eigen::Success) return false;
    const Small missing = small(known) - rows_of(sides_, order * channels_, channels_);
    kernels::subtract_product(panel(x_, 0), panel(backward_, (taps_ - 1 - order) * channels_),
                              extended(backward.solve(missing)), (order + 1) * channels_);
    return true;
  }

  const ExtendedMatrix& lags_;
  const ExtendedMatrix& sides_;
  Index channels_, taps_;
  ExtendedMatrix forward_, backward_, x_;
  Small forward_error_, backward_error_;
};

}  // namespace

ExtendedToeplitz::ExtendedToeplitz(const ExtendedMatrix& lags, const Eigen::VectorXd& ridge)
    : taps_(lags.high.rows()),
      ridge_(ridge),
      lags_(padded(ExtendedMatrix((2 * taps_ - 1) * channels(), channels()))) {
  for (Index lag = 0; lag < taps_; ++lag)
    for (Index i = 0; i < channels(); ++i)
      for (Index l = 0; l < channels(); ++l) {
        const DoubleDouble value = lags(lag, i * channels() + l);
        lags_.set((taps_ - 1 - lag) * channels() + l, i, value);
        lags_.set((taps_ - 1 + lag) * channels() + i, l, value);
      }
}

std::optional<ExtendedMatrix> ExtendedToeplitz::solve(const ExtendedMatrix& sides) const {
  Recursion recursion(lags_, ridge_, sides);
  if (!recursion.run()) return {};
  return recursion.result();
}

ExtendedMatrix ExtendedToeplitz::residual(const ExtendedMatrix& sides,
                                          const ExtendedMatrix& x) const {
  const ExtendedMatrix solution = padded(x);
  ExtendedMatrix rest = sides;
  parallel_for(Index{0}, taps_, [&](Index delay) {
    const ExtendedMatrix product = kernels::inner(panel(lags_, (taps_ - 1 - delay) * channels()),
                                                  panel(solution, 0), taps_ * channels());
    for (Index column = 0; column < x.high.cols(); ++column)
      for (Index i = 0; i < channels(); ++i) {
        const Index row = delay * channels() + i;
        rest.set(row, column, rest(row, column) - product(i, column) - ridge_[i] * x(row, column));
      }
  });
  return rest;
}

}  // namespace nmfsep
