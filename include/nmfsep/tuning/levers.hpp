#pragma once

#include <string>
#include <vector>

#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// What is done without tuning, but for refitting, which costs more time than anything else.
TrainingOptions usual_choice(int sample_rate);

/// Whether it trains a network, alone or beside exemplars; then `masks.steps` counts.
bool is_network(const TrainingOptions& choice);

/// "exemplars, 400 components, context 3, FFT 4096, …": every field that a lever moves. The STFT
/// must be given.
std::string describe(const TrainingOptions& choice);

/// A field of TrainingOptions, or several that go together, and what is tried in place of what is
/// there.
struct Lever {
  std::string name;
  std::vector<TrainingOptions> (*alternatives)(const TrainingOptions& current);
};

/// In the order in which they are tried: what matters most first, what costs most last.
const std::vector<Lever>& levers();

}  // namespace nmfsep
