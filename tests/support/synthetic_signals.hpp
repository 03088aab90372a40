#pragma once

#include <vector>

#include "nmfsep/core/random.hpp"
#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep::test {

/// What `tests/reference/synthetic_signals.py` makes too, to the bit, so that other programs'
/// scores of these signals can be committed without any audio.
struct SyntheticSignals {
  std::vector<Signal> references;
  std::vector<Signal> estimates;
};

struct SyntheticShape {
  std::uint64_t seed = 0;
  Index sources = 2;
  Index channels = 1;
  Index samples = 4000;
};

/// White noise in (-1, 1) through a one-pole low-pass filter; sources differ in their pole.
inline Signal coloured_noise(Random& random, const SyntheticShape& shape, double pole) {
  Signal signal(shape.samples, shape.channels);
  for (Index c = 0; c < shape.channels; ++c) {
    double state = 0.0;
    for (Index t = 0; t < shape.samples; ++t) {
      state = pole * state + (2.0 * static_cast<double>(random.uniform()) - 1.0);
      // Channels of one source resemble each other.
      signal(t, c) = c == 0 ? state : 0.5 * signal(t, c - 1) + state;
    }
  }
  return signal;
}

/// Each estimate is its reference attenuated, with the next one leaking in 5 samples late, and
/// noise.
inline SyntheticSignals synthetic_signals(const SyntheticShape& shape) {
  Random random(shape.seed);
  SyntheticSignals result;
  for (Index s = 0; s < shape.sources; ++s)
    result.references.push_back(coloured_noise(
        random, shape, 0.9 * static_cast<double>(s) / static_cast<double>(shape.sources)));
  for (Index s = 0; s < shape.sources; ++s) {
    const Signal& own = result.references[static_cast<std::size_t>(s)];
    const Signal& next = result.references[static_cast<std::size_t>((s + 1) % shape.sources)];
    Signal estimate = 0.8 * own + 0.05 * coloured_noise(random, shape, 0.0);
    estimate.bottomRows(shape.samples - 5) += 0.1 * next.topRows(shape.samples - 5);
    result.estimates.push_back(estimate);
  }
  return result;
}

}  // namespace nmfsep::test
