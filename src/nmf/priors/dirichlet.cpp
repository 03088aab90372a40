#include "nmfsep/nmf/priors/dirichlet.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmf/priors/log_amount.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep {

DirichletPenalty::DirichletPenalty(double concentration) : concentration_(concentration) {
  if (!(concentration > 0 && std::isfinite(concentration)))
    throw InvalidArgument(fmt::format(
        "DirichletPenalty: concentration = {}, must be finite and above 0", concentration));
}

std::string DirichletPenalty::describe() const {
  return fmt::format("dirichlet={}", concentration_);
}

void DirichletPenalty::add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const {
  const auto& [scales, weights, totals] = tile.frames;
  const Vector amounts = static_cast<float>(1 - concentration_) * weights.cwiseProduct(totals);
  add_log_cost({tile.H, totals, totals, amounts}, cost);
}

void DirichletPenalty::add_gradient(const PenaltyTile& tile, SplitGradient gradient) const {
  const auto& [scales, weights, totals] = tile.frames;
  const Vector amounts = static_cast<float>(1 - concentration_) * weights.cwiseProduct(totals);
  add_log_gradient({tile.H, totals, totals, amounts}, gradient);
}

}  // namespace nmfsep
