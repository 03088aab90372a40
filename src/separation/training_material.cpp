#include "training_material.hpp"

#include <fmt/format.h>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/resample.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

/// "'a.wav'", or "'a.wav' and 2 more".
std::string summary_of(const std::vector<std::filesystem::path>& files) {
  return files.size() == 1 ? quoted(files[0])
                           : fmt::format("{} and {} more", quoted(files[0]), files.size() - 1);
}

}  // namespace

std::vector<AudioBuffer> MaterialReader::read(const std::vector<std::filesystem::path>& files,
                                              const ProgressCallback& progress) {
  std::vector<AudioBuffer> recordings;
  for (std::size_t i = 0; i < files.size(); ++i) {
    report(progress,
           {"reading", static_cast<std::int64_t>(i), static_cast<std::int64_t>(files.size()), {}});
    recordings.push_back(read_audio(files[i]));
    adapt(recordings.back(), files[i]);
  }
  return recordings;
}

void MaterialReader::adapt(AudioBuffer& audio, const std::filesystem::path& file) {
  if (analysis_.sample_rate == 0) {
    first_ = file;
    analysis_.sample_rate = audio.sample_rate;
    analysis_.stft = stft_.value_or(StftOptions::for_sample_rate(audio.sample_rate));
  } else if (audio.sample_rate != analysis_.sample_rate) {
    diagnostics_.warn("resampled",
                      fmt::format("{}: {} Hz, resampled to the {} Hz of {}", quoted(file),
                                  audio.sample_rate, analysis_.sample_rate, quoted(first_)));
    audio = resample(audio, analysis_.sample_rate);
  }
}

void require_enough(Index frames, Index components,
                    const std::vector<std::filesystem::path>& files) {
  if (frames == 0)
    throw AudioFileError(
        fmt::format("{}: silent throughout, nothing to learn from; "
                    "give recordings in which the source sounds",
                    summary_of(files)));
  if (frames < components)
    throw AudioFileError(
        fmt::format("{}: {} frames that are not silent, fewer than the {} components asked for; "
                    "give more audio or fewer components",
                    summary_of(files), frames, components));
}

double total_seconds(const std::vector<AudioBuffer>& recordings) {
  double seconds = 0;
  for (const AudioBuffer& audio : recordings) seconds += audio.seconds();
  return seconds;
}

}  // namespace nmfsep
