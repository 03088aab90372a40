#include "nmf/step/penalised.hpp"

#include <algorithm>
#include <cmath>

namespace nmfsep {
namespace {

constexpr Index tile_frames = 128;

TileMap map_of(TileMatrix& matrix) { return {matrix.data(), matrix.rows(), matrix.cols()}; }

}  // namespace

JobScales::JobScales(float scale, const Divergence& divergence, Vector frame_totals)
    : scales(Vector::Constant(frame_totals.size(), scale)),
      weights(Vector::Constant(frame_totals.size(),
                               static_cast<float>(std::pow(scale, divergence.beta - 1)))),
      totals(std::move(frame_totals)) {}

double weighted_total(const FrameScales& frames) {
  return frames.weights.cast<double>().dot(frames.totals.cast<double>());
}

template <typename Visit>
void PenalisedActivations::for_each_tile(const MatrixView& H, const Visit& visit) const {
  const Index most = penalty_.reach() == 0 ? tile_frames : H.cols();
  for (Index first = 0; first < H.cols(); first += most) {
    const Index count = std::min(most, H.cols() - first);
    const TileMatrix tile = H.middleCols(first, count);
    visit(PenaltyTile{TileView(tile.data(), tile.rows(), count),
                      norms_,
                      {frames_.scales.segment(first, count), frames_.weights.segment(first, count),
                       frames_.totals.segment(first, count)}},
          first);
  }
}

double PenalisedActivations::cost(const MatrixView& H) const {
  double total = 0;
  for_each_tile(H, [&](const PenaltyTile& tile, Index) {
    Eigen::VectorXd costs = Eigen::VectorXd::Zero(tile.H.cols());
    penalty_.add_cost(tile, costs);
    total += costs.sum();
  });
  return total;
}

void PenalisedActivations::gradient(const MatrixView& H, Matrix& negative, Matrix& positive) const {
  negative.resize(H.rows(), H.cols());
  positive.resize(H.rows(), H.cols());
  for_each_tile(H, [&](const PenaltyTile& tile, Index first) {
    TileMatrix minus = TileMatrix::Zero(tile.H.rows(), tile.H.cols());
    TileMatrix plus = minus;
    penalty_.add_gradient(tile, {map_of(minus), map_of(plus)});
    negative.middleCols(first, minus.cols()) = minus;
    positive.middleCols(first, plus.cols()) = plus;
  });
}

Eigen::MatrixXd PenalisedActivations::scale_gradient(const MatrixView& H) const {
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(H.rows(), 2);
  for_each_tile(H, [&](const PenaltyTile& tile, Index) {
    penalty_.add_scale_gradient(tile, sums.col(0), sums.col(1));
  });
  return sums;
}

}  // namespace nmfsep
