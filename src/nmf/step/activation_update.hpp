#pragma once

#include "nmf/step/factors.hpp"
#include "nmf/step/frame_slices.hpp"
#include "nmfsep/core/progress_gate.hpp"

namespace nmfsep {

/// H ← H ⊙ (numerator ⊘ denominator)^γ with W held. A tile is a few frames, which need nothing of
/// the others: compute, penalise and apply follow each other while the tile is in cache.
class ActivationUpdate {
 public:
  ActivationUpdate(Factors& factors, ProgressGate& gate) : factors_(factors), gate_(gate) {}

  /// Takes from W what all blocks need to know.
  void prepare();
  /// Updates the activations of a block's frames.
  void update(const SliceBlock& block);

 private:
  void update_tile(Index first, Index frames);
  void penalise(Index first, Index frames, TileProblem& problem);
  double exponent() const;

  Factors& factors_;
  ProgressGate& gate_;
  Vector sums_;                 // of W's columns: KL's denominator
  Vector norms_;                // of W's columns, for a penalty
  Matrix negative_, positive_;  // of a penalty whose frames depend on each other, all at once
};

}  // namespace nmfsep
