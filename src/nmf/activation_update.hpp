#pragma once

#include "factors.hpp"
#include "progress_gate.hpp"

namespace nmfsep {

/// H ← H ⊙ (numerator ⊘ denominator)^γ with W held. A tile is a few frames, which need nothing of
/// the others: compute, penalise and apply follow each other while the tile is in cache.
void update_activations(Factors& factors, ProgressGate& gate);

}  // namespace nmfsep
