#include "sources/mask_network/mask_loss.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "sources/mask_network/mask_estimate.hpp"

namespace nmfsep {
namespace {

constexpr float least_mask = 1e-20F;  ///< whose logarithm is taken

/// A bin of all sources: their masks and targets, and how much the bin counts.
template <typename Masks, typename Targets>
struct Bin {
  Masks masks;  ///< becomes the gradient at z
  Targets targets;
  float weight;
  float discrimination;  ///< γ

  float other(Index s) const {
    return (targets.sum() - targets(s)) / static_cast<float>(targets.size() - 1);
  }

  /// Through soft-max a gradient g at the masks is m (g − Σ m g) at z.
  double squared(float scale) {
    double loss = 0;
    float common = 0;  // Σ m g
    const auto slope = [&](Index s) {
      return masks(s) - targets(s) - discrimination * (masks(s) - other(s));
    };
    for (Index s = 0; s < masks.size(); ++s) {
      const float error = masks(s) - targets(s);
      const float distance = masks(s) - other(s);
      loss += static_cast<double>(weight) * (error * error - discrimination * distance * distance);
      common += masks(s) * slope(s);
    }
    for (Index s = 0; s < masks.size(); ++s) masks(s) *= 2 * scale * weight * (slope(s) - common);
    return loss;
  }

  double kl(float scale) {
    const float root = std::sqrt(weight);
    const auto wanted = [&](Index s) {
      return std::max(0.0F, targets(s) - discrimination * other(s));
    };
    double loss = 0;
    float all = 0;
    for (Index s = 0; s < masks.size(); ++s) {
      loss -= static_cast<double>(root * wanted(s) * std::log(std::max(masks(s), least_mask)));
      all += wanted(s);
    }
    for (Index s = 0; s < masks.size(); ++s) masks(s) = scale * root * (all * masks(s) - wanted(s));
    return loss;
  }
};

}  // namespace

double mask_loss(const MaskExample& example, const MaskNetOptions& options, Eigen::Ref<Matrix> z) {
  const Index bins = example.weight.rows();
  const Index sources = z.rows() / bins;
  const float scale = 1 / static_cast<float>(z.size());
  if (example.heard.size() > 0) z += example.heard;
  softmax_over_sources(sources, z);
  Eigen::VectorXd losses = Eigen::VectorXd::Zero(z.cols());
  tbb::parallel_for(Index{0}, z.cols(), [&](Index t) {
    auto masks = z.col(t).reshaped(bins, sources);
    const auto targets = example.target.col(t).reshaped(bins, sources);
    for (Index f = 0; f < bins; ++f) {
      Bin<decltype(masks.row(f)), decltype(targets.row(f))> bin{
          masks.row(f), targets.row(f), example.weight(f, t),
          static_cast<float>(options.discrimination)};
      losses(t) += options.loss == MaskLoss::kl ? bin.kl(scale) : bin.squared(scale);
    }
  });
  return losses.sum() / static_cast<double>(z.size());
}

}  // namespace nmfsep
