#include "nmfsep/stft/spectrogram.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

Spectrogram analyse(const AudioBuffer& audio, const Stft& stft) {
  Spectrogram result{{}, audio.frames(), audio.sample_rate};
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
  if (!(exponent > 0 && std::isfinite(exponent)))
    throw InvalidArgument(
        fmt::format("magnitudes: exponent = {}, must be positive and finite", exponent));
  if (spectrogram.channels.empty()) return {};
  const Index frames = spectrogram.channels.front().cols();
  const auto channels = static_cast<Index>(spectrogram.channels.size());
  Matrix result(spectrogram.channels.front().rows(), frames * channels);
  tbb::parallel_for(Index{0}, result.cols(), [&](Index column) {
    const auto& spectra = spectrogram.channels[static_cast<std::size_t>(column / frames)];
    auto magnitude = result.col(column);
    magnitude = spectra.col(column % frames).cwiseAbs2();
    if (exponent == 1)
      magnitude = magnitude.cwiseSqrt();
    else if (exponent != 2)
      magnitude = magnitude.array().pow(static_cast<float>(exponent / 2));
  });
  return result;
}

}  // namespace nmfsep
