#pragma once

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// λ·Σ ‖w_k‖₂·h_kt: the L1 norm of the activations of a dictionary with columns of unit L2 norm
/// (Le Roux, Hershey & Weninger, 2015, "Sparse NMF – half-baked or well done?", equation 6),
/// written so that a column's scale cancels. With columns that sum to one instead, a uniform L1
/// norm would only rescale H.
class SparsityPenalty final : public Penalty {
 public:
  /// `strength` is λ ≥ 0; 0.1 to 5 is usual for KL. Throws InvalidArgument for another.
  explicit SparsityPenalty(double strength);

  std::string describe() const override;
  void add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const override;
  void add_gradient(const PenaltyTile& tile, SplitGradient gradient) const override;

  /// From majorising ‖w‖₂ by a quadratic.
  BoundPowers dictionary_powers() const override { return {2, 1}; }
  void add_scale_gradient(const PenaltyTile&, Eigen::Ref<Eigen::VectorXd>,
                          Eigen::Ref<Eigen::VectorXd>) const override {}
  void add_dictionary_gradient(const PenaltyDictionary& dictionary,
                               SplitGradient gradient) const override;

 private:
  float strength_;
};

}  // namespace nmfsep
