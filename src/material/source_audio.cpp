#include "nmfsep/material/source_audio.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/resample.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "piece_sample.hpp"

namespace nmfsep {
namespace {

namespace fs = std::filesystem;

constexpr int least_rate = 1000;  // Hz, as audio files have it
constexpr int most_rate = 768000;

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

void ReadingOptions::validate() const {
  if (!(most_seconds > 0) || !std::isfinite(most_seconds))
    throw InvalidArgument(
        fmt::format("most seconds = {}, must be positive and finite", most_seconds));
  if (sample_rate && (*sample_rate < least_rate || *sample_rate > most_rate))
    throw InvalidArgument(
        fmt::format("sample rate = {}, must be {} to {} Hz", *sample_rate, least_rate, most_rate));
  excerpt.validate();
}

std::unique_ptr<AudioSource> ReadingOptions::open_file(const fs::path& path,
                                                       const ProgressCallback&) {
  return std::make_unique<AudioReader>(path);
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

namespace {

/// Reads recordings one after the other, at one rate.
class Reading {
 public:
  Reading(const ReadingOptions& options, Diagnostics& diagnostics, const ProgressCallback& progress)
      : options_(options),
        diagnostics_(diagnostics),
        progress_(progress),
        rate_(options.sample_rate) {}

  /// Empty where it is no regular file, as a pipe.
  std::string digest_of(const fs::path& file) const {
    const std::optional<std::string> digest = sha256_of_file(file, progress_);
    if (!digest && fs::is_regular_file(file))
      throw AudioFileError(fmt::format("{}: cannot be read to its end", quoted(file)));
    return digest.value_or("");
  }

  /// `step` says how far all has come.
  SourceAudio read(const SourceRecordings& source, Progress& step) {
    std::optional<PieceSample> sample;
    SourceAudio audio{source.name, summary_of(source.files), {}};
    for (const fs::path& file : source.files) {
      const std::unique_ptr<AudioSource> opened = options_.open(file, progress_);
      audio.digests.push_back({printable(file.native()), digest_of(file)});
      const int rate = rate_for(*opened);
      if (!sample) sample.emplace(static_cast<Index>(options_.most_seconds * rate), options_.seed);
      for (const Excerpt& part : excerpts_of(source, *opened)) {
        ExcerptSource excerpt(*opened, part, progress_);
        ResampledSource recording(excerpt, rate);
        sample->add(recording, progress_, step);
      }
      ++step.done;
    }
    audio.recordings = sample->take();
    audio.available_seconds = sample->seconds();
    audio.files = static_cast<int>(source.files.size());
    return audio;
  }

 private:
  /// As they are read one after the other: each from the end of the one before, in whole samples.
  std::vector<Excerpt> excerpts_of(const SourceRecordings& source,
                                   const AudioSource& recording) const {
    if (source.excerpts.empty()) return {options_.excerpt};
    const double rate = recording.info().sample_rate;
    std::vector<Excerpt> parts;
    double position = 0;  // samples
    for (const Excerpt& excerpt : source.excerpts) {
      excerpt.validate();
      const double begin = std::round(excerpt.start_seconds * rate);
      const auto length = recording.info().length;
      if (length && begin >= static_cast<double>(*length))
        throw AudioFileError(fmt::format(
            "{}: lasts {:.3f} s, and a stretch of source '{}' begins at {:.3f} s; give the "
            "recording that it is of",
            recording.name(), static_cast<double>(*length) / rate, source.name,
            excerpt.start_seconds));
      if (begin < position)
        throw InvalidArgument(
            fmt::format("source '{}': the excerpt from {} s overlaps with another", source.name,
                        excerpt.start_seconds));
      parts.push_back({(begin - position) / rate, excerpt.seconds});
      if (excerpt.seconds)
        position = begin + std::max(1.0, std::round(*excerpt.seconds * rate));
      else
        position = std::numeric_limits<double>::infinity();
    }
    return parts;
  }

  int rate_for(const AudioSource& recording) {
    const int own = recording.info().sample_rate;
    if (!rate_) {
      rate_ = own;
      first_ = recording.name();
    }
    if (own != *rate_ && !options_.sample_rate)
      diagnostics_.warn(WarningCode::resampled,
                        fmt::format("{}: {} Hz, resampled to the {} Hz of {}", recording.name(),
                                    own, *rate_, first_));
    return *rate_;
  }

  const ReadingOptions& options_;
  Diagnostics& diagnostics_;
  const ProgressCallback& progress_;
  std::optional<int> rate_;
  std::string first_;  ///< the recording whose rate it is
};

}  // namespace

std::vector<SourceAudio> read_sources(const std::vector<SourceRecordings>& sources,
                                      const ReadingOptions& options, Diagnostics& diagnostics,
                                      const ProgressCallback& progress) {
  options.validate();
  Progress step{"reading", 0, validated_file_count(sources), {}};
  Reading reading(options, diagnostics, progress);
  std::vector<SourceAudio> result;
  for (const SourceRecordings& source : sources) result.push_back(reading.read(source, step));
  return result;
}

}  // namespace nmfsep
