#pragma once

#include "nmfsep/nmf/divergence.hpp"

namespace nmfsep {

/// What is explained, what is minimised, and the mask that follows: one choice, since each part is
/// good for the others. The defaults are what separated best over many sounds (docs/quality.md);
/// tuning writes what it chose.
struct Objective {
  Divergence divergence;          ///< of V from its model
  double magnitude_exponent = 1;  ///< V = |X|^exponent; below 1 lifts the quiet parts
  double mask_exponent = 1.5;     ///< see wiener_masks

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;

  friend bool operator==(const Objective&, const Objective&) = default;
};

/// What goes with a divergence: Itakura-Saito's and the Euclidean distance are of powers, whose
/// ratio is the mask (Wiener's filter); all others are of magnitudes, as KL is.
Objective objective_for(Divergence divergence);

}  // namespace nmfsep
