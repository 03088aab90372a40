#include "sources/mask_network/mask_features.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

namespace nmfsep {
namespace {

constexpr Index single_bins = 64;  ///< that are bands of their own
constexpr float floor = 0.01F;     ///< of the window's mean: what is quieter is silence

}  // namespace

MaskFeatures::MaskFeatures(Index bins, Index context) : bins_(bins), context_(context) {
  Index width = 1;
  for (Index edge = 0; edge < bins; edge += width) {
    edges_.push_back(edge);
    while (edge >= single_bins * width) width *= 2;
  }
  edges_.push_back(bins);
}

void MaskFeatures::fill(const MatrixView& padded, Index first, Eigen::Ref<Matrix> features) const {
  const Index columns = features.cols() + context_ - 1;
  Matrix means(bands(), columns);
  Eigen::VectorXd sums(columns);
  tbb::parallel_for(Index{0}, columns, [&](Index t) {
    const auto column = padded.col(first + t);
    sums(t) = column.cast<double>().sum();
    for (Index b = 0; b < bands(); ++b) {
      const auto edge = static_cast<std::size_t>(b);
      means(b, t) = column.segment(edges_[edge], edges_[edge + 1] - edges_[edge]).mean();
    }
  });
  tbb::parallel_for(Index{0}, features.cols(), [&](Index t) {
    const double mean = sums.segment(t, context_).sum() / static_cast<double>(bins_ * context_);
    const float scale = mean > 0 ? static_cast<float>(1 / mean) : 0;
    const auto log_of = [scale](float v) { return std::log(scale * v + floor); };
    const Index middle = context_ / 2;
    auto feature = features.col(t);
    feature.head(bins_) = padded.col(first + t + middle).unaryExpr(log_of);
    Index row = bins_;
    for (Index lag = 0; lag < context_; ++lag) {
      if (lag == middle) continue;
      feature.segment(row, bands()) = means.col(t + lag).unaryExpr(log_of);
      row += bands();
    }
  });
}

}  // namespace nmfsep
