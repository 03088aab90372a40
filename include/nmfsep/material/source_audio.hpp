#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/core/progress.hpp"

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

/// How much of a source is kept. Of more, pieces are drawn from all of it.
struct ReadingLimit {
  double seconds = 1200;   ///< all channels counted
  std::uint64_t seed = 0;  ///< of the draw

  /// Throws InvalidArgument unless `seconds` is positive and finite.
  void validate() const;
};

/// Reads all files, and keeps of each source what the limit allows. Those at another rate than the
/// first are resampled to it, with a warning. Throws InvalidArgument for a bad name, limit or a
/// source without files, AudioFileError for a file that cannot be used, Cancelled.
std::vector<SourceAudio> read_sources(const std::vector<SourceRecordings>& sources,
                                      const ReadingLimit& limit, Diagnostics& diagnostics,
                                      const ProgressCallback& progress = {});

/// Throws InvalidArgument unless the source has a valid name and something to learn from, all at
/// one rate.
void require_recordings(const SourceAudio& source);

}  // namespace nmfsep
