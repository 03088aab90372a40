#include "nmfsep/nmf/priors/smoothness.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

SmoothnessPenalty::SmoothnessPenalty(double strength) : strength_(static_cast<float>(strength)) {
  if (!(strength >= 0 && std::isfinite(strength)))
    throw InvalidArgument(
        fmt::format("SmoothnessPenalty: strength = {}, must be finite and at least 0", strength));
}

std::string SmoothnessPenalty::describe() const { return fmt::format("smoothness={}", strength_); }

Eigen::RowVectorXf SmoothnessPenalty::pair_weights(const FrameScales& frames) const {
  const Index pairs = frames.totals.size() - 1;
  const Eigen::ArrayXf levels = frames.totals.head(pairs) + frames.totals.tail(pairs);
  const Eigen::ArrayXf weights = strength_ * frames.weights.tail(pairs).array() / levels;
  return (levels > 0x1p-60F).select(weights, 0).matrix().transpose();
}

void SmoothnessPenalty::add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const {
  const Index pairs = tile.H.cols() - 1;
  if (pairs < 1) return;
  const Eigen::RowVectorXf weights = pair_weights(tile.frames);
  double sum = 0;
  for (Index k = 0; k < tile.H.rows(); ++k) {
    const auto steps = tile.H.row(k).tail(pairs) - tile.H.row(k).head(pairs);
    sum += steps.cwiseAbs2().cwiseProduct(weights).cast<double>().sum();
  }
  cost(0) += sum;
}

void SmoothnessPenalty::add_gradient(const PenaltyTile& tile, SplitGradient gradient) const {
  const Index pairs = tile.H.cols() - 1;
  if (pairs < 1) return;
  const Eigen::RowVectorXf weights = pair_weights(tile.frames);
  for (Index k = 0; k < tile.H.rows(); ++k) {
    const auto earlier = tile.H.row(k).head(pairs);
    const auto later = tile.H.row(k).tail(pairs);
    const Eigen::RowVectorXf sum = 2 * weights.cwiseProduct(earlier + later);
    gradient.negative.row(k).head(pairs) += sum;
    gradient.negative.row(k).tail(pairs) += sum;
    gradient.positive.row(k).head(pairs) += 4 * weights.cwiseProduct(earlier);
    gradient.positive.row(k).tail(pairs) += 4 * weights.cwiseProduct(later);
  }
}

}  // namespace nmfsep
