#pragma once

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// λ·Σ_t Σ_k (h_kt − h_k,t−1)² / (v_t + v_t−1), v the sum of V's frame: squared differences along
/// time (Virtanen, 2007, "Monaural sound source separation by nonnegative matrix factorization with
/// temporal continuity and sparseness criteria", equation 9), over the level of the two frames, so
/// that λ has no unit. Differences are bounded by (x − y)² ≤ 2(x − m)² + 2(y − m)² with m halfway
/// between x and y as they were, so that all frames move at once.
class SmoothnessPenalty final : public Penalty {
 public:
  /// λ ≥ 0; 0.1 to 10 is usual. Throws InvalidArgument for another.
  explicit SmoothnessPenalty(double strength);

  std::string describe() const override;
  std::optional<Index> reach() const override { return 1; }
  BoundPowers powers() const override { return {2, 1}; }
  void add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const override;
  void add_gradient(const PenaltyTile& tile, SplitGradient gradient) const override;

 private:
  /// λ / (v_t + v_t−1), weighted, of each frame but the first; 0 between silent ones.
  Eigen::RowVectorXf pair_weights(const FrameScales& frames) const;

  float strength_;
};

}  // namespace nmfsep
