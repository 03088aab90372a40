#pragma once

#include <string>

#include "nmfsep/core/types.hpp"
#include "nmfsep/stft/stft.hpp"

namespace nmfsep {

/// How sound becomes spectra.
struct Analysis {
  int sample_rate = 0;  ///< Hz
  StftOptions stft;     ///< windows and hop, samples

  friend bool operator==(const Analysis&, const Analysis&) = default;
};

/// "44100 Hz, FFT 2048, hop 512, hann window".
std::string describe(const Analysis& analysis);

/// Bins of a frame.
inline Index bins_of(const Analysis& analysis) { return analysis.stft.fft_size / 2 + 1; }

}  // namespace nmfsep
