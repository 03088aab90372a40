#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nmfsep/core/types.hpp"
#include "nmfsep/nmf/divergence.hpp"

namespace nmfsep {

/// Some frames of H as updates hold them: components × frames, a component's frames contiguous.
using TileMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using TileView = Eigen::Map<const TileMatrix>;
using TileMap = Eigen::Map<TileMatrix>;

/// How an engine scales V, frame by frame, by powers of two.
struct FrameScales {
  VectorView scales;   ///< σ: H here is σ times that of V as it was given
  VectorView weights;  ///< σ^(β−1): what an amount counts beside the divergence of the scaled V
  VectorView totals;   ///< ΣV of each frame, scaled
};

/// Activations as a prior sees them.
struct PenaltyTile {
  TileView H;        ///< components × frames; of a prior with a reach, all frames of a signal
  VectorView norms;  ///< ‖w_k‖₂ of every atom
  FrameScales frames;
};

/// W as a prior sees it.
struct PenaltyDictionary {
  TileView W;                  ///< bins × components, each of which sums to one
  Index first;                 ///< of those that are learnt, which come last
  VectorView norms;            ///< ‖w_k‖₂ of all
  VectorView activation_sums;  ///< H·1 of those that are learnt, weighted as amounts are
  float total;                 ///< ΣV, scaled and weighted as amounts are

  Index learnt() const { return W.cols() - first; }
};

/// ∇⁻ and ∇⁺, which go to the numerator and the denominator of an update; neither is negative.
struct SplitGradient {
  TileMap negative, positive;
};

/// Powers that bound a cost in one entry x from above, and touch it there: c·x^a/a − d·x^b/b (log x
/// for b = 0).
struct BoundPowers {
  double most = 1;   ///< a
  double least = 1;  ///< b
};

/// Atoms of one source that stand together: all of them, or of a universal model a speaker's.
struct AtomBlock {
  std::string source;
  Index components = 0;
};

/// A prior: an amount added to the divergence, and its split gradient. With H's scale changed
/// against W's columns, so that these sum to one, the amount must be the same: a prior of H is of
/// what H is with such columns. Over-relaxed steps never raise the cost where its bound has b ≤ 1
/// ≤ a ≤ 2 and a + b ≥ 0. Const means safe to use from many threads.
class Penalty : public std::enable_shared_from_this<Penalty> {
 public:
  virtual ~Penalty() = default;

  /// As flags spell it: "sparsity=0.5".
  virtual std::string describe() const = 0;
  /// Frames on each side that an update of a frame looks at; none: all there are. Where it is not
  /// 0, frames depend on each other, and the whole signal is explained at once.
  virtual std::optional<Index> reach() const { return 0; }
  /// The same prior on these atoms, which come in this order; null where it is of none of them.
  virtual std::shared_ptr<const Penalty> on(const std::vector<AtomBlock>& blocks) const;
  /// What is left of it where all atoms are known; null where it is of those that are learnt alone.
  virtual std::shared_ptr<const Penalty> of_known_atoms() const { return shared_from_this(); }
  /// Whether it is of several sources' atoms beside each other, and so of no source alone.
  virtual bool is_between_sources() const { return false; }

  /// Of a bound in each entry of H; the default is a linear one.
  virtual BoundPowers powers() const { return {}; }
  /// Adds each frame's cost, or the whole signal's to the first.
  virtual void add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const = 0;
  /// Adds the split gradient with respect to H.
  virtual void add_gradient(const PenaltyTile& tile, SplitGradient gradient) const = 0;

  /// Of a bound in each entry of W.
  virtual BoundPowers dictionary_powers() const { return powers(); }
  /// Adds Σ_t h ⊙ ∇⁻ and Σ_t h ⊙ ∇⁺: the split gradient with respect to the scale of each atom,
  /// and so to all its entries. A prior whose gradient differs from bin to bin adds nothing here.
  virtual void add_scale_gradient(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> negative,
                                  Eigen::Ref<Eigen::VectorXd> positive) const;
  /// What the cost has beside that of H, where W is learnt. With columns of another sum it must be
  /// the same.
  virtual double dictionary_cost(const PenaltyDictionary& /*dictionary*/) const { return 0; }
  /// Adds the split gradient with respect to what of W is learnt, bins × learnt, apart from that of
  /// the atoms' scales.
  virtual void add_dictionary_gradient(const PenaltyDictionary& /*dictionary*/,
                                       SplitGradient /*gradient*/) const {}
};

/// The exponent on the ratio with which an update never raises the divergence and a prior whose
/// bound has these powers.
double update_exponent(const Divergence& divergence, const BoundPowers& powers);

}  // namespace nmfsep
