#pragma once

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// −(α − 1)·Σ_t v_t·Σ_k log(h_kt / v_t + ε), v_t the sum of V's frame and ε = 10⁻³: the shares of a
/// frame's atoms, p(z|t), of a symmetric Dirichlet distribution (Smaragdis, Raj & Shashanka, 2007,
/// "Supervised and semi-supervised separation of sounds from single-channel mixtures", section 2),
/// as if of each atom α − 1 times the frame had been heard beside it. Level does not matter. Below
/// 1 few atoms sound, above 1 many do; 0.9 to 1.1 is usual.
class DirichletPenalty final : public Penalty {
 public:
  /// α > 0. Throws InvalidArgument for another.
  explicit DirichletPenalty(double concentration);

  std::string describe() const override;
  BoundPowers powers() const override { return {1, concentration_ > 1 ? 0.0 : 1.0}; }
  void add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const override;
  void add_gradient(const PenaltyTile& tile, SplitGradient gradient) const override;

 private:
  double concentration_;
};

}  // namespace nmfsep
