#pragma once

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// λ·v·Σ_g log(ε + ‖H_g‖₁ / v), v the sum of all V and ε = 10⁻³: few of the blocks g sound in a
/// signal (Sun & Mysore, 2013, "Universal speech models for speaker independent single channel
/// source separation", equation 5; Lefèvre, Bach & Févotte, 2011), with v so that neither level nor
/// length matter. Blocks are sources, or of a universal model speakers. A logarithm lies below its
/// tangents, so ∇⁺ is λ / (ε + ‖H_g‖₁ / v) for all of a block.
class GroupPenalty final : public Penalty {
 public:
  /// λ ≥ 0; 0.001 to 0.03 is usual. All atoms are one block until `on` says which there are. Throws
  /// InvalidArgument for another λ.
  explicit GroupPenalty(double strength);

  std::string describe() const override;
  std::optional<Index> reach() const override { return std::nullopt; }
  std::shared_ptr<const Penalty> on(const std::vector<AtomBlock>& blocks) const override;
  void add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const override;
  void add_gradient(const PenaltyTile& tile, SplitGradient gradient) const override;

 private:
  struct Shares;
  std::vector<Index> sizes_of(Index components) const;
  Shares shares(const PenaltyTile& tile) const;

  double strength_;
  std::vector<Index> sizes_;  ///< atoms of each block; none: one of all
};

}  // namespace nmfsep
