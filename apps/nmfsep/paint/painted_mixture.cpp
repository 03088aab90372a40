#include "paint/painted_mixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/resample.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "separate/memory.hpp"

namespace nmfsep::cli {
namespace {

/// Power of a frame's bins, channels averaged.
Vector power_of(const Spectrogram& spectrogram, Index frame) {
  Vector power = Vector::Zero(spectrogram.channels.front().rows());
  for (const ComplexMatrix& channel : spectrogram.channels) power += channel.col(frame).cwiseAbs2();
  return power / static_cast<float>(spectrogram.channels.size());
}

Analysis analysis_for(const SeparationJob& job, int sample_rate) {
  if (!job.models.empty()) return job.models.front()->analysis;
  return {sample_rate, job.analysis.stft(sample_rate)};
}

/// Spectra of the mixture and each stem, magnitudes, estimates, weights and what is on its way.
void require_memory(const std::filesystem::path& path, const SeparationJob& job) {
  const AudioInfo info = AudioReader(path).info();
  const Analysis analysis = analysis_for(job, info.sample_rate);
  const auto sources = static_cast<double>(job.models.size() + job.learnt.size());
  const double frames = static_cast<double>(info.length.value_or(0)) / info.sample_rate *
                        analysis.sample_rate / analysis.stft.hop;
  const double needed =
      frames * info.channels * static_cast<double>(bins_of(analysis)) * (12 + 20 * sources);
  const std::optional<double> available = available_memory();
  constexpr double mib = 1 << 20;
  if (available && needed > *available)
    throw AudioFileError(fmt::format(
        "{}: painting on it would take {:.0f} MiB of memory, and there are {:.0f}; cut out the "
        "part to paint on",
        nmfsep::quoted(path), needed / mib, *available / mib));
}

}  // namespace

PaintedMixture read_mixture(const std::filesystem::path& path, const SeparationJob& job) {
  require_memory(path, job);
  PaintedMixture mixture;
  mixture.path = path;
  mixture.audio = read_audio(path);
  const int rate = mixture.audio.sample_rate;
  mixture.analysis = analysis_for(job, rate);
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
