#include "nmfsep/nmf/priors/gamma.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmf/priors/log_amount.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {

GammaPenalty::GammaPenalty(double shape, double rate) : shape_(shape), rate_(rate) {
  if (!(shape > 0 && std::isfinite(shape)))
    throw InvalidArgument(
        fmt::format("GammaPenalty: shape a = {}, must be finite and above 0", shape));
  if (!(rate >= 0 && std::isfinite(rate)))
    throw InvalidArgument(
        fmt::format("GammaPenalty: rate b = {}, must be finite and at least 0", rate));
}

std::string GammaPenalty::describe() const { return fmt::format("gamma={},{}", shape_, rate_); }

void GammaPenalty::add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const {
  const auto& [scales, weights, totals] = tile.frames;
  const Vector amounts = static_cast<float>(1 - shape_) * weights.cwiseProduct(scales);
  add_log_cost({tile.H, totals, scales, amounts}, cost);
  cost += rate_ * tile.H.colwise().sum().transpose().cwiseProduct(weights).template cast<double>();
}

void GammaPenalty::add_gradient(const PenaltyTile& tile, SplitGradient gradient) const {
  const auto& [scales, weights, totals] = tile.frames;
  const Vector amounts = static_cast<float>(1 - shape_) * weights.cwiseProduct(scales);
  add_log_gradient({tile.H, totals, scales, amounts}, gradient);
  gradient.positive.rowwise() += static_cast<float>(rate_) * weights.transpose();
}

}  // namespace nmfsep
