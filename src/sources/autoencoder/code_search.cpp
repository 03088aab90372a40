#include "code_search.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

namespace nmfsep {
namespace {

// Adam on the logarithm of the inputs. Twice the step needs half of the steps; the short memory of
// squares lets it follow a landscape that changes as the other sources move.
constexpr float step_size = 0.2F;
constexpr float first_decay = 0.9F;
constexpr float second_decay = 0.99F;
/// Beside the root of Adam's second mean, for frames of a mean of one.
constexpr float epsilon = 1e-12F;
/// Inputs start no lower than this share of their frame's mean, from where they can still rise.
constexpr float least_start = 1e-3F;
constexpr float lowest_start = 1e-6F;  ///< where the frame is silent

/// Number by number: vectors round otherwise than what is left beside them, and a frame's bits must
/// not depend on its place.
Matrix exponential(const Matrix& z) {
  return z.unaryExpr([](float value) { return std::exp(value); });
}

/// Summed in an order that depends on the column alone.
Eigen::RowVectorXf means(const MatrixView& matrix) {
  Eigen::RowVectorXf result(matrix.cols());
  for (Index t = 0; t < matrix.cols(); ++t)
    result(t) = static_cast<float>(matrix.col(t).cast<double>().mean());
  return result;
}

/// The mean of its sequence, for each frame.
Eigen::RowVectorXf sequence_means(const MatrixView& matrix, Index frames) {
  Eigen::RowVectorXf result = means(matrix);
  for (Index first = 0; first < result.size(); first += frames)
    result.segment(first, frames)
        .setConstant(static_cast<float>(result.segment(first, frames).cast<double>().mean()));
  return result;
}

/// Sequences of `from` frames cut to `to`, or drawn out to it by zeros.
Matrix with_frames(Matrix matrix, Index from, Index to) {
  if (from == to) return matrix;
  const Index sequences = matrix.cols() / from;
  Matrix result = Matrix::Zero(matrix.rows(), sequences * to);
  const Index kept = std::min(from, to);
  for (Index i = 0; i < sequences; ++i)
    result.middleCols(i * to, kept) = matrix.middleCols(i * from, kept);
  return result;
}

Matrix columns_of(const Matrix& matrix, const std::vector<Index>& columns) {
  return matrix(Eigen::all, columns);
}

}  // namespace

CodeSearch::CodeSearch(const Autoencoder& model, const MatrixView& V, Index frames, float share)
    : model_(model),
      is_positive_(model.has_positive_code()),
      frames_(model.has_time() ? frames : 1),
      level_(sequence_means(V, frames_)) {
  Matrix input = V;
  for (Index t = 0; t < input.cols(); ++t)
    if (level_(t) > 0) input.col(t) /= level_(t);
  Tape tape;
  Batch seen = model.encoder.forward({std::move(input), frames_}, tape);
  code_frames_ = seen.frames;
  z_ = share * seen.values;
  if (is_positive_) {
    const Eigen::RowVectorXf least = least_start * means(z_);
    for (Index t = 0; t < z_.cols(); ++t)
      z_.col(t) = z_.col(t).unaryExpr([&](float h) {
        return std::log(std::max({h, least(t), lowest_start}));
      });
  }
  if (!is_positive_) {
    scale_ = means(z_.cwiseAbs()).cwiseMax(lowest_start);
    z_.array().rowwise() /= scale_.array();
  }
  first_ = second_ = Matrix::Zero(z_.rows(), z_.cols());
  decode();
}

void CodeSearch::decode() {
  code_ = is_positive_ ? exponential(z_) : Matrix(z_ * scale_.asDiagonal());
  Batch answer = model_.decoder.forward({code_, code_frames_}, tape_);
  answer_ = with_frames(std::move(answer.values), answer.frames, frames_);
  answer_.array().rowwise() *= level_.array();
}

void CodeSearch::step(const Matrix& gradient) {
  ++steps_;
  const Index frames = model_.decoder.output_frames(code_frames_);
  Matrix g =
      model_.decoder.backward({with_frames(gradient, frames_, frames), frames}, tape_, {}).values;
  if (is_positive_) g.array() *= code_.array();
  const float first_scale = 1 / (1 - std::pow(first_decay, static_cast<float>(steps_)));
  const float second_scale = 1 / (1 - std::pow(second_decay, static_cast<float>(steps_)));
  tbb::parallel_for(Index{0}, z_.cols(), [&](Index t) {
    for (Index k = 0; k < z_.rows(); ++k) {
      float& m = first_(k, t);
      float& v = second_(k, t);
      m = first_decay * m + (1 - first_decay) * g(k, t);
      v = second_decay * v + (1 - second_decay) * g(k, t) * g(k, t);
      z_(k, t) -= step_size * first_scale * m / (std::sqrt(second_scale * v) + epsilon);
    }
  });
  decode();
}

void CodeSearch::keep(const std::vector<Index>& frames) {
  level_ = Eigen::RowVectorXf(level_(frames));
  if (!is_positive_) scale_ = Eigen::RowVectorXf(scale_(frames));
  z_ = columns_of(z_, frames);
  first_ = columns_of(first_, frames);
  second_ = columns_of(second_, frames);
  decode();
}

}  // namespace nmfsep
