#pragma once

#include "factors.hpp"
#include "progress_gate.hpp"

namespace nmfsep {

/// The multiplicative update of W's free columns with H held, in its four steps. A tile is a few
/// bins of Vᵀ ≈ Hᵀ·Wᵀ over a slice of the frames. Slices depend on V's size and the number of
/// components alone, so their sums have the same bits on any number of threads.
class DictionaryUpdate {
 public:
  DictionaryUpdate(Factors& factors, ProgressGate& gate);

  /// Numerators and denominators, slice by slice; on request the cost of the factors as they are.
  void compute(bool with_cost);
  /// The cost alone.
  void compute_cost();
  /// Sums over slices in their order, then over parties.
  void reduce();
  /// The cost of W and H with their penalty, over all parties, once compute has found it.
  double reduce_cost();
  /// Adds the penalty's split gradient, multiplies, and lets the columns sum to one; H's rows owe
  /// the factor. A column whose activations have all died keeps its shape.
  void penalise_and_apply();

 private:
  struct Tile {
    Index first, bins, slice;
  };
  using Statistics = std::vector<AlignedFloats>;  // a slice each, bins × free, rows padded

  template <typename Body>
  void for_each_tile(const Body& body) const;
  template <typename Body>
  void for_each_tile_and_slice(const Body& body) const;
  void compute_tile(const Tile& tile, bool with_gradient, double* cost);
  void sum_activations();
  Vector apply_tile(Index first_bin, const Penalty::Atoms& atoms);
  double penalty_cost() const;

  Factors& factors_;
  ProgressGate& gate_;
  const Index tiles_, slices_;
  Statistics numerators_, denominators_;  // the latter for other divergences than KL
  AlignedFloats updated_;                 // bins × free
  Eigen::MatrixXd activation_sums_;       // free × slices, summed in the first
  std::vector<double> costs_;             // of every tile and slice
};

}  // namespace nmfsep
