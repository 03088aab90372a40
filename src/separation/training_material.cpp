#include "training_material.hpp"

#include <fmt/format.h>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/resample.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {

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

std::string summary_of(const std::vector<std::filesystem::path>& files) {
  return files.size() == 1 ? quoted(files[0])
                           : fmt::format("{} and {} more", quoted(files[0]), files.size() - 1);
}

double total_seconds(const std::vector<AudioBuffer>& recordings) {
  double seconds = 0;
  for (const AudioBuffer& audio : recordings) seconds += audio.seconds();
  return seconds;
}

Matrix side_by_side(const std::vector<Matrix>& parts) {
  Index columns = 0;
  for (const Matrix& part : parts) columns += part.cols();
  Matrix whole(parts.front().rows(), columns);
  columns = 0;
  for (const Matrix& part : parts) {
    whole.middleCols(columns, part.cols()) = part;
    columns += part.cols();
  }
  return whole;
}

}  // namespace nmfsep
