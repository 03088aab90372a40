#include "nmfsep/separation/training_audio.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/resample.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

/// "'a.wav'", or "'a.wav' and 2 more".
std::string summary_of(const std::vector<fs::path>& files) {
  return files.size() == 1 ? quoted(files[0])
                           : fmt::format("{} and {} more", quoted(files[0]), files.size() - 1);
}

/// Reads files one after another; the first fixes the rate.
class Reader {
 public:
  Reader(fs::path first, Diagnostics& diagnostics)
      : first_(std::move(first)), diagnostics_(diagnostics) {}

  AudioBuffer read(const fs::path& file) {
    AudioBuffer audio = read_audio(file);
    if (rate_ == 0) rate_ = audio.sample_rate;
    if (audio.sample_rate == rate_) return audio;
    diagnostics_.warn("resampled",
                      fmt::format("{}: {} Hz, resampled to the {} Hz of {}", quoted(file),
                                  audio.sample_rate, rate_, quoted(first_)));
    return resample(audio, rate_);
  }

 private:
  fs::path first_;
  Diagnostics& diagnostics_;
  int rate_ = 0;  ///< Hz, 0 before the first file
};

std::int64_t validated_file_count(const std::vector<SourceRecordings>& sources) {
  std::size_t count = 0;
  for (const SourceRecordings& source : sources) {
    validate_source_name(source.name);
    if (source.files.empty())
      throw InvalidArgument(fmt::format("source '{}': no audio files to learn from", source.name));
    count += source.files.size();
  }
  return static_cast<std::int64_t>(count);
}

}  // namespace

double SourceAudio::seconds() const {
  double seconds = 0;
  for (const AudioBuffer& audio : recordings) seconds += audio.seconds();
  return seconds;
}

void AnalysisOptions::validate() const {
  if (stft) stft->validate();
  if (!(magnitude_exponent > 0) || !std::isfinite(magnitude_exponent))
    throw InvalidArgument(
        fmt::format("magnitude exponent = {}, must be positive and finite", magnitude_exponent));
}

Analysis AnalysisOptions::at(int sample_rate) const {
  return {sample_rate, stft.value_or(StftOptions::for_sample_rate(sample_rate)),
          magnitude_exponent};
}

std::vector<SourceAudio> read_sources(const std::vector<SourceRecordings>& sources,
                                      Diagnostics& diagnostics, const ProgressCallback& progress) {
  const std::int64_t total = validated_file_count(sources);
  std::vector<SourceAudio> result;
  if (total == 0) return result;
  Reader reader(sources.front().files.front(), diagnostics);
  std::int64_t done = 0;
  for (const SourceRecordings& source : sources) {
    result.push_back({source.name, summary_of(source.files), {}});
    for (const fs::path& file : source.files) {
      report(progress, {"reading", done++, total, {}});
      result.back().recordings.push_back(reader.read(file));
    }
  }
  return result;
}

}  // namespace nmfsep
