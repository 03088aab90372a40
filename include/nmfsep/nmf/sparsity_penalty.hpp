#pragma once

#include "nmfsep/nmf/penalty.hpp"

namespace nmfsep {

/// λ·Σ ‖w_k‖₂·h_kt: the L1 norm of the activations of a dictionary with columns of unit L2 norm
/// (Le Roux, Hershey & Weninger, 2015, "Sparse NMF – half-baked or well done?", equation 6),
/// written so that a column's scale cancels. With columns that sum to one instead, a uniform L1
/// norm would only rescale H.
class SparsityPenalty : public Penalty {
 public:
  /// `strength` is λ ≥ 0; 0.1 to 5 is usual for KL. Throws InvalidArgument for another.
  explicit SparsityPenalty(double strength);

  void add_cost(const Atoms& atoms, const TileView& H, const VectorView& weights,
                Eigen::Ref<Eigen::VectorXd> cost) const override;
  void add_gradient(const Atoms& atoms, const TileView& H, const VectorView& weights,
                    TileMap numerator, TileMap denominator) const override;
  void add_dictionary_gradient(const TileView& W, const VectorView& norms,
                               const VectorView& activation_sums, TileMap numerator,
                               TileMap denominator) const override;
  /// From majorising ‖w‖₂ by a quadratic, and the divergence by powers that are no larger.
  double dictionary_exponent(const Divergence& divergence) const override;

 private:
  float strength_;
};

}  // namespace nmfsep
