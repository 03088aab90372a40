#pragma once

#include <cmath>
#include <numbers>

#include "nmfsep/audio/audio_buffer.hpp"

namespace nmfsep::test {

/// A tone of ten harmonics whose loudness swells and fades `swells` times a second.
inline AudioBuffer swelling_tone(double hertz, double swells, double seconds, int rate = 8000) {
  AudioBuffer audio{Matrix(static_cast<Index>(seconds * rate), 1), rate};
  for (Index n = 0; n < audio.length(); ++n) {
    const double t = 2 * std::numbers::pi * static_cast<double>(n) / rate;
    double sample = 0;
    for (int harmonic = 1; harmonic <= 10; ++harmonic)
      if (harmonic * hertz < rate / 2.0) sample += std::sin(harmonic * hertz * t) / harmonic;
    const double loudness = 0.5 - 0.5 * std::cos(swells * t);
    audio.samples(n, 0) = static_cast<float>(0.2 * loudness * sample);
  }
  return audio;
}

/// What is left of `reference` in `estimate`: energy of the error over the reference's, dB.
inline double error_db(const AudioBuffer& reference, const AudioBuffer& estimate) {
  const double error = (estimate.samples - reference.samples).cast<double>().squaredNorm();
  return 10 * std::log10(error / reference.samples.cast<double>().squaredNorm());
}

}  // namespace nmfsep::test
