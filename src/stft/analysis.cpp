#include "nmfsep/stft/analysis.hpp"

#include <fmt/format.h>

namespace nmfsep {

std::string describe(const Analysis& analysis) {
  const StftOptions& stft = analysis.stft;
  return fmt::format(
      "{} Hz, FFT {}, hop {}, {} window{}", analysis.sample_rate, stft.fft_size, stft.hop,
      to_string(stft.window),
      stft.window_length() == stft.fft_size ? "" : fmt::format(" of {}", stft.window_length()));
}

}  // namespace nmfsep
