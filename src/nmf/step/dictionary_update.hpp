#pragma once

#include "nmf/step/factors.hpp"
#include "nmf/step/frame_slices.hpp"
#include "nmfsep/core/progress_gate.hpp"

namespace nmfsep {

/// The multiplicative update of W's free columns with H held, in its four steps. A tile is a few
/// bins of Vᵀ ≈ Hᵀ·Wᵀ. Its statistics are summed over a slice of the frames, block by block.
class DictionaryUpdate {
 public:
  DictionaryUpdate(Factors& factors, ProgressGate& gate, FrameSlices frame_slices);

  /// Wanted are numerators and denominators, the cost of the factors as they are, or both.
  void prepare(bool with_gradient, bool with_cost);
  /// What was wanted, for a block. Blocks of a slice come in order.
  void compute(const SliceBlock& block);
  /// What was wanted, summed over two slices.
  void add(const SliceSum& slices);
  /// The last sums over slices, then over parties.
  void reduce();
  /// The cost of W and H with their penalty, over all parties, once compute has found it.
  double reduce_cost();
  /// Adds the penalty's split gradient, multiplies, and lets the columns sum to one; H's rows owe
  /// the factor. A column whose activations have all died keeps its shape.
  void penalise_and_apply();

  const FrameSlices slices;

 private:
  using Statistics = std::vector<AlignedFloats>;  // a slice each, tiles × free × lanes

  template <typename Body>
  void for_each_tile(const Body& body) const;
  void compute_tile(const SliceBlock& block, Index first_bin);
  void add_activations(const SliceBlock& block);
  void add_tile(Statistics& statistics, const SliceSum& sum, Index first_bin) const;
  void sum_slices(Statistics& statistics, Index first_bin, AlignedFloats& sum);
  Vector apply_tile(Index first_bin);
  void prepare_penalty();
  void penalise_tile(Index first_bin, SplitGradient gradient);
  double exponent() const;
  double penalty_cost() const;
  PenaltyDictionary penalised(const Vector& norms, const Vector& sums, double total) const;
  Index bins(Index first_bin) const;
  AlignedFloats matrix(Index columns) const { return AlignedFloats(tiles_ * lanes_ * columns); }

  Factors& factors_;
  ProgressGate& gate_;
  const Index lanes_, tiles_;
  bool with_gradient_ = false;
  bool with_cost_ = false;
  AlignedFloats W_;                       // as it was at the start, tiles × components × lanes
  Statistics numerators_, denominators_;  // the latter for other divergences than KL
  AlignedFloats numerator_, denominator_, updated_;  // bins × free, rows padded
  Eigen::MatrixXd activation_sums_;                  // free × slices, summed in the first
  Eigen::MatrixXd scale_gradient_;                   // of a penalty: free × 2
  TileMatrix penalty_negative_, penalty_positive_;   // its gradient: bins × free
  Eigen::MatrixXd costs_;                            // tiles × slices
};

}  // namespace nmfsep
