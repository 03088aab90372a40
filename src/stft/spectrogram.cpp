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
    const auto powers = spectra.col(column % frames).cwiseAbs2();
    auto magnitude = result.col(column);
    // Scalar functions: Eigen's vector forms differ from its scalar ones in the last bit, and so
    // would a value by its place in memory.
    if (exponent == 1)
      magnitude = powers.unaryExpr([](float power) { return std::sqrt(power); });
    else if (exponent == 2)
      magnitude = powers;
    else
      magnitude = powers.unaryExpr(
          [half = static_cast<float>(exponent / 2)](float power) { return std::pow(power, half); });
  });
  return result;
}

}  // namespace nmfsep
