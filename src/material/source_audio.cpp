#include "nmfsep/material/source_audio.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/resample.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "piece_sample.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

/// "'a.wav'", or "'a.wav' and 2 more".
std::string summary_of(const std::vector<fs::path>& files) {
  return files.size() == 1 ? quoted(files[0])
                           : fmt::format("{} and {} more", quoted(files[0]), files.size() - 1);
}

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

void ReadingLimit::validate() const {
  if (!(seconds > 0) || !std::isfinite(seconds))
    throw InvalidArgument(fmt::format("most seconds = {}, must be positive and finite", seconds));
}

void require_recordings(const SourceAudio& source) {
  validate_source_name(source.name);
  if (source.recordings.empty())
    throw InvalidArgument(fmt::format("source '{}': no recordings to learn from", source.name));
  for (const AudioBuffer& audio : source.recordings)
    if (audio.sample_rate != source.recordings.front().sample_rate)
      throw InvalidArgument(
          fmt::format("source '{}': recordings at {} Hz and {} Hz, must be at one rate",
                      source.name, source.recordings.front().sample_rate, audio.sample_rate));
}

std::vector<SourceAudio> read_sources(const std::vector<SourceRecordings>& sources,
                                      const ReadingLimit& limit, Diagnostics& diagnostics,
                                      const ProgressCallback& progress) {
  limit.validate();
  const std::int64_t total = validated_file_count(sources);
  std::vector<SourceAudio> result;
  if (total == 0) return result;
  const fs::path& first = sources.front().files.front();
  const int rate = AudioReader(first).info().sample_rate;
  Progress step{"reading", 0, total, {}};
  for (const SourceRecordings& source : sources) {
    PieceSample sample(static_cast<Index>(limit.seconds * rate), limit.seed);
    for (const fs::path& file : source.files) {
      AudioReader reader(file);
      if (reader.info().sample_rate != rate)
        diagnostics.warn(WarningCode::resampled,
                         fmt::format("{}: {} Hz, resampled to the {} Hz of {}", quoted(file),
                                     reader.info().sample_rate, rate, quoted(first)));
      ResampledSource recording(reader, rate);
      sample.add(recording, progress, step);
      ++step.done;
    }
    result.push_back({source.name, summary_of(source.files), sample.take(), sample.seconds(),
                      static_cast<int>(source.files.size())});
  }
  return result;
}

}  // namespace nmfsep
