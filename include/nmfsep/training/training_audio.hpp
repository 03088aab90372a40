#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/core/progress.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/sources/model_header.hpp"

namespace nmfsep {

/// Recordings of one source alone.
struct SourceRecordings {
  std::string name;
  std::vector<std::filesystem::path> files;
};

/// The same in memory, at one rate with those of the other sources.
struct SourceAudio {
  std::string name;
  std::string origin;  ///< what messages call the recordings
  std::vector<AudioBuffer> recordings;
  double available_seconds = 0;  ///< that these were drawn from, where not all could be kept
  int files = 0;                 ///< that these were read from; 0: each is one

  double seconds() const;
};

/// How the sound of a training becomes a matrix.
struct AnalysisOptions {
  std::optional<StftOptions> stft;  ///< absent: StftOptions::for_sample_rate
  double magnitude_exponent = 1;    ///< V = |X|^exponent; below 1 lifts the quiet parts

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;

  Analysis at(int sample_rate) const;
};

/// How much of a source is kept. Of more, pieces are drawn from all of it.
struct ReadingLimit {
  double seconds = 1200;   ///< all channels counted
  std::uint64_t seed = 0;  ///< of the draw

  /// Throws InvalidArgument unless `seconds` is positive and finite.
  void validate() const;
};

/// What every training has.
struct TrainingOptions : AnalysisOptions {
  int context = 1;  ///< frames an atom spans, odd; more tell transients apart
  double most_seconds = ReadingLimit().seconds;  ///< of a source to learn from; see ReadingLimit
  NmfOptions nmf;                                ///< atoms a source, updates, seed
  SeparationSettings separation;                 ///< that the models will ask for

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;

  ReadingLimit limit() const { return {most_seconds, nmf.seed}; }
};

/// Reads all files, and keeps of each source what the limit allows. Those at another rate than the
/// first are resampled to it, with a warning. Throws InvalidArgument for a bad name, limit or a
/// source without files, AudioFileError for a file that cannot be used, Cancelled.
std::vector<SourceAudio> read_sources(const std::vector<SourceRecordings>& sources,
                                      const ReadingLimit& limit, Diagnostics& diagnostics,
                                      const ProgressCallback& progress = {});

}  // namespace nmfsep
