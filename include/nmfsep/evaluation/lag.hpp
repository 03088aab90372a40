#pragma once

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// How late an estimate is, as far as its correlation with the reference tells.
struct Lag {
  Index samples = 0;              ///< positive where the estimate is late
  double correlation = 0.0;       ///< at that lag, 0 to 1 of what the energies allow
  double correlation_at_0 = 0.0;  ///< without any lag
};

/// The lag of at most ±`largest` samples with the largest correlation, in absolute value and summed
/// over channels. Throws InvalidArgument when the shapes differ.
Lag find_lag(SignalReader& reference, SignalReader& estimate, Index largest);

}  // namespace nmfsep
