#include "evaluation/projection/toeplitz.hpp"

#include <Eigen/Cholesky>

#include <bit>

#include "evaluation/block_size.hpp"

namespace nmfsep {
namespace {

/// Products with a K × K matrix in every bin; `matrix` has column i·K + j, `x` column q·K + j.
Spectra multiply(const Spectra& matrix, const Spectra& x, Index channels) {
  Spectra product(x.bins(), x.columns());
  for (Index column = 0; column < x.columns(); ++column)
    for (Index j = 0; j < channels; ++j)
      kernels::add_product(matrix.column(column % channels * channels + j),
                           x.column(column / channels * channels + j), product.column(column),
                           x.bins());
  return product;
}

/// The same with the conjugate transpose of the matrix.
Spectra multiply_adjoint(const Spectra& matrix, const Spectra& x, Index channels) {
  Spectra product(x.bins(), x.columns());
  for (Index column = 0; column < x.columns(); ++column)
    for (Index i = 0; i < channels; ++i)
      kernels::add_conjugate_product(matrix.column(i * channels + column % channels),
                                     x.column(column / channels * channels + i),
                                     product.column(column), x.bins());
  return product;
}

/// Long enough that a product of two polynomials of `taps` terms does not wrap around.
RealFft linear_fft(Index taps) {
  return RealFft(static_cast<Index>(std::bit_ceil(static_cast<std::size_t>(2 * taps))));
}

/// Blocks 0 to taps-1 of X C⁻ᵀ with C Cᵀ = error, block a taken from row (a - delay)·K on.
Eigen::MatrixXd normalised(const Eigen::MatrixXd& predictor, const Eigen::MatrixXd& error,
                           Index delay) {
  const Index channels = error.rows();
  const Index taps = predictor.rows() / channels;
  const Eigen::LLT<Eigen::MatrixXd> factor(error);
  const Eigen::MatrixXd scaled = factor.matrixL().solve(predictor.transpose());
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(taps, channels * channels);
  for (Index a = delay; a < taps; ++a)
    for (Index i = 0; i < channels; ++i)
      result.block(a, i * channels, 1, channels) =
          scaled.col((a - delay) * channels + i).transpose();
  return result;
}

}  // namespace

BlockToeplitz::BlockToeplitz(const Eigen::MatrixXd& lags, Index channels)
    : taps_(lags.rows()), channels_(channels), fft_(linear_fft(lags.rows())), lags_(lags) {
  Eigen::MatrixXd wrapped = Eigen::MatrixXd::Zero(fft_.size(), lags.cols());
  wrapped.topRows(taps_) = lags;
  for (Index i = 0; i < channels; ++i)
    for (Index j = 0; j < channels; ++j)
      wrapped.col(i * channels + j).tail(taps_ - 1) =
          lags.col(j * channels + i).tail(taps_ - 1).reverse();
  symbol_ = transform(fft_, wrapped);
}

Eigen::MatrixXd BlockToeplitz::operator*(const Eigen::MatrixXd& x) const {
  return sequences(fft_, multiply(symbol_, transform(fft_, x), channels_), taps_);
}

Eigen::MatrixXd BlockToeplitz::dense() const {
  Eigen::MatrixXd matrix(taps_ * channels_, taps_ * channels_);
  for (Index i = 0; i < channels_; ++i)
    for (Index j = 0; j < channels_; ++j)
      for (Index b = 0; b < taps_; ++b) {
        auto column = matrix.block(i * taps_, j * taps_ + b, taps_, 1);
        column.bottomRows(taps_ - b) = lags_.col(i * channels_ + j).head(taps_ - b);
        column.topRows(b) = lags_.col(j * channels_ + i).segment(1, b).reverse();
      }
  return matrix;
}

BlockToeplitzInverse::BlockToeplitzInverse(const Predictors& predictors)
    : channels_(predictors.forward.cols()),
      taps_(predictors.forward.rows() / channels_),
      fft_(linear_fft(taps_)),
      forward_(transform(fft_, normalised(predictors.forward, predictors.forward_error, 0))),
      backward_(transform(fft_, normalised(predictors.backward, predictors.backward_error, 1))) {}

Eigen::MatrixXd BlockToeplitzInverse::operator*(const Eigen::MatrixXd& x) const {
  const Spectra spectra = transform(fft_, x);
  // Correlating with the predictor is L(X)ᵀ; what it leaves beyond the taps is cut off.
  const auto square = [&](const Spectra& predictor) {
    const Spectra correlated = multiply_adjoint(predictor, spectra, channels_);
    const Spectra cut = transform(fft_, sequences(fft_, correlated, taps_));
    return multiply(predictor, cut, channels_);
  };
  Spectra sum = square(forward_);
  const Spectra correction = square(backward_);
  sum.re -= correction.re;
  sum.im -= correction.im;
  return sequences(fft_, sum, taps_);
}

}  // namespace nmfsep
