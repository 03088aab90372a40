#include "nmfsep/stft/spectrogram.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

Spectrogram analyse(const AudioBuffer& audio, const Stft& stft) {
  Spectrogram result{{}, audio.length(), audio.sample_rate};
  for (Index channel = 0; channel < audio.channels(); ++channel)
    result.channels.push_back(stft.forward(audio.samples.col(channel)));
  return result;
}

AudioBuffer synthesise(const Spectrogram& spectrogram, const Stft& stft) {
  const auto channels = static_cast<Index>(spectrogram.channels.size());
  AudioBuffer result{Matrix(spectrogram.samples, channels), spectrogram.sample_rate};
  for (Index channel = 0; channel < channels; ++channel)
    result.samples.col(channel) =
        stft.inverse(spectrogram.channels[static_cast<std::size_t>(channel)], spectrogram.samples);
  return result;
}

Matrix magnitudes(const Spectrogram& spectrogram, double exponent) {
  Matrix result;
  magnitudes(spectrogram, exponent, result);
  return result;
}

void magnitudes(const Spectrogram& spectrogram, double exponent, Matrix& result) {
  if (!(exponent > 0 && std::isfinite(exponent)))
    throw InvalidArgument(
        fmt::format("magnitudes: exponent = {}, must be positive and finite", exponent));
  if (spectrogram.channels.empty()) return result.resize(0, 0);
  const Index frames = spectrogram.channels.front().cols();
  const auto channels = static_cast<Index>(spectrogram.channels.size());
  result.resize(spectrogram.channels.front().rows(), frames * channels);
  tbb::parallel_for(Index{0}, result.cols(), [&](Index column) {
    const auto& spectra = spectrogram.channels[static_cast<std::size_t>(column / frames)];
    auto magnitude = result.col(column);
    magnitude = spectra.col(column % frames).cwiseAbs2();
    // Loops over scalar functions: Eigen's vector forms differ from its scalar ones in the last
    // bit, and so would a value by its place in memory.
    if (exponent == 1)
      for (float& value : magnitude) value = std::sqrt(value);
    else if (exponent != 2)
      for (float& value : magnitude) value = std::pow(value, static_cast<float>(exponent / 2));
  });
}

}  // namespace nmfsep
