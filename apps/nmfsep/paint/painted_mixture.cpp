#include "paint/painted_mixture.hpp"

#include <algorithm>
#include <cmath>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/resample.hpp"

namespace nmfsep::cli {
namespace {

/// Power of a frame's bins, channels averaged.
Vector power_of(const Spectrogram& spectrogram, Index frame) {
  Vector power = Vector::Zero(spectrogram.channels.front().rows());
  for (const ComplexMatrix& channel : spectrogram.channels) power += channel.col(frame).cwiseAbs2();
  return power / static_cast<float>(spectrogram.channels.size());
}

}  // namespace

PaintedMixture read_mixture(const std::filesystem::path& path, const SeparationJob& job) {
  PaintedMixture mixture;
  mixture.path = path;
  mixture.audio = read_audio(path);
  const int rate = mixture.audio.sample_rate;
  mixture.analysis =
      job.models.empty() ? Analysis{rate, job.analysis.stft(rate)} : job.models.front()->analysis;
  if (mixture.analysis.sample_rate != rate)
    mixture.audio = resample(mixture.audio, mixture.analysis.sample_rate);
  mixture.spectrogram = analyse(mixture.audio, Stft(mixture.analysis.stft));
  mixture.V = magnitudes(mixture.spectrogram, job.objective.magnitude_exponent);
  for (Index t = 0; t < mixture.frames(); ++t)
    mixture.loudest = std::max(mixture.loudest, power_of(mixture.spectrogram, t).maxCoeff());
  mixture.levels.assign(static_cast<std::size_t>(mixture.frames() * mixture.bins()), '\0');
  fill_levels(mixture.spectrogram, mixture.loudest, 0, mixture.frames(), mixture.levels);
  return mixture;
}

void fill_levels(const Spectrogram& spectrogram, float loudest, Index first, Index count,
                 std::string& levels) {
  const Index bins = spectrogram.channels.front().rows();
  const auto steps_a_db = static_cast<float>(-255 / floor_db);
  for (Index t = first; t < first + count; ++t) {
    const Vector power = power_of(spectrogram, t);
    char* frame = &levels[static_cast<std::size_t>(t * bins)];
    for (Index f = 0; f < bins; ++f) {
      const float db = loudest > 0 ? 10 * std::log10(power[f] / loudest) : -INFINITY;
      const float level = std::clamp(255 + db * steps_a_db, 0.0F, 255.0F);
      frame[f] = static_cast<char>(static_cast<unsigned char>(level + 0.5F));
    }
  }
}

}  // namespace nmfsep::cli
