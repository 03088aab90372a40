#pragma once

#include "nmfsep/core/types.hpp"
#include "nmfsep/nmf/divergence.hpp"

namespace nmfsep {

/// Some frames of H as updates hold them: components × frames, a component's frames contiguous.
using TileMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using TileView = Eigen::Map<const TileMatrix>;
using TileMap = Eigen::Map<TileMatrix>;

/// A prior: an amount added to the divergence, and the split ∇⁺ − ∇⁻ of its gradient, which goes
/// to the denominator and the numerator of the update (∇⁺ and ∇⁻ not negative). Over-relaxed steps
/// never raise the cost where, with the prior, it has a bound of c·x^a/a − d·x^b/b in each entry x
/// (log x for b = 0) with b ≤ 1 ≤ a ≤ 2 and a + b ≥ 0. Const means safe to use from many threads.
class Penalty {
 public:
  virtual ~Penalty() = default;

  /// What a penalty may know of W, besides H.
  struct Atoms {
    Vector norms;  ///< ‖w_k‖₂ of every column
  };

  /// Adds each frame's cost. `weights` has a factor for each frame: 1 for KL.
  virtual void add_cost(const Atoms& atoms, const TileView& H, const VectorView& weights,
                        Eigen::Ref<Eigen::VectorXd> cost) const = 0;

  /// Adds the split gradient with respect to H.
  virtual void add_gradient(const Atoms& atoms, const TileView& H, const VectorView& weights,
                            TileMap numerator, TileMap denominator) const = 0;

  /// Adds the split gradient with respect to W's free columns, for a few of its bins (all bins ×
  /// free components). `activation_sums` is H·1 and `norms` ‖w_k‖₂ of the free components.
  virtual void add_dictionary_gradient(const TileView& W, const VectorView& norms,
                                       const VectorView& activation_sums, TileMap numerator,
                                       TileMap denominator) const = 0;

  /// The exponent on the ratio with which the update of W never raises the cost.
  virtual double dictionary_exponent(const Divergence& divergence) const = 0;
};

}  // namespace nmfsep
