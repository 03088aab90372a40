#pragma once

#include <cmath>
#include <numbers>

#include "nmfsep/core/random.hpp"
#include "nmfsep/onsets/onset_training.hpp"

namespace nmfsep::test {

/// Notes of random pitch that begin at random times, 80 to 400 ms apart, and die away, beside soft
/// noise.
inline LabelledRecording strokes(double seconds, std::uint64_t seed, int rate = 16000) {
  Random random(seed);
  LabelledRecording result{{Matrix(static_cast<Index>(seconds * rate), 1), rate}, {}};
  Matrix& samples = result.audio.samples;
  for (Index n = 0; n < samples.rows(); ++n) samples(n, 0) = 0.01F * (random.uniform() - 0.5F);
  double onset = 0.1;
  while (onset < seconds - 0.05) {
    result.onsets.push_back(onset);
    const double hertz = 200 + 1500 * static_cast<double>(random.uniform());
    for (auto n = static_cast<Index>(onset * rate); n < samples.rows(); ++n) {
      const double t = static_cast<double>(n) / rate - onset;
      samples(n, 0) +=
          static_cast<float>(0.3 * std::exp(-8 * t) * std::sin(2 * std::numbers::pi * hertz * t));
    }
    onset += 0.08 + 0.32 * static_cast<double>(random.uniform());
  }
  return result;
}

}  // namespace nmfsep::test
