#pragma once

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// −(a − 1)·Σ log(h_kt + ε) + b·Σ h_kt: activations of a Gamma distribution of shape a and rate b
/// (Cemgil, 2009, "Bayesian inference for nonnegative matrix factorisation models", equation 8),
/// whose most probable value is sought. Magnitudes are V's own, so a recording that is louder, or a
/// longer FFT, wants another b. ε = 10⁻³ of the magnitudes' sum in a frame keeps the cost finite
/// for a < 1, where the prior is of few that sound.
class GammaPenalty final : public Penalty {
 public:
  /// Shape a and rate b. Throws InvalidArgument unless a > 0 and b ≥ 0.
  GammaPenalty(double shape, double rate);

  std::string describe() const override;
  /// Of the logarithm for a > 1; a line bounds that of a < 1.
  BoundPowers powers() const override { return {1, shape_ > 1 ? 0.0 : 1.0}; }
  void add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const override;
  void add_gradient(const PenaltyTile& tile, SplitGradient gradient) const override;

 private:
  double shape_, rate_;
};

}  // namespace nmfsep
