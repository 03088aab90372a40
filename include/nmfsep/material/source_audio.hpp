#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/audio/excerpt_source.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/core/file_digest.hpp"
#include "nmfsep/core/progress.hpp"

namespace nmfsep {

/// Recordings of one source alone.
struct SourceRecordings {
  std::string name;
  std::vector<std::filesystem::path> files;
  /// Of each file, where the source is alone, one after the other; none: what ReadingOptions says.
  std::vector<Excerpt> excerpts = {};
};

/// The same in memory, at one rate with those of the other sources.
struct SourceAudio {
  std::string name;
  std::string origin;  ///< what messages call the recordings
  std::vector<AudioBuffer> recordings;
  double available_seconds = 0;  ///< that these were drawn from, where not all could be kept
  int files = 0;                 ///< that these were read from; 0: each is one
  std::vector<FileDigest> digests = {};  ///< of those files

  double seconds() const;
};

/// Opens a recording, and asks `progress` while nothing comes.
using OpenRecording = std::function<std::unique_ptr<AudioSource>(const std::filesystem::path& path,
                                                                 const ProgressCallback& progress)>;

/// How recordings are read, and how much of a source is kept. Of more, pieces are drawn from all of
/// it.
struct ReadingOptions {
  double most_seconds = 1200;      ///< of a source, all channels counted
  std::uint64_t seed = 0;          ///< of the draw
  Excerpt excerpt;                 ///< of each recording
  std::optional<int> sample_rate;  ///< Hz, of all that is read; absent: the first recording's
  OpenRecording open = open_file;  ///< reads files unless told

  /// Throws InvalidArgument unless `most_seconds` and `sample_rate` are positive and finite, and
  /// the excerpt can be.
  void validate() const;

  /// Throws AudioFileError.
  static std::unique_ptr<AudioSource> open_file(const std::filesystem::path& path,
                                                const ProgressCallback& progress);
};

/// Reads all files, and keeps of each source what the options allow. Those at another rate than the
/// first are resampled to it, with a warning where no rate was asked for. Throws InvalidArgument
/// for a bad name, bad options, excerpts that overlap or a source without files, AudioFileError for
/// a file that cannot be used or ends before an excerpt begins, Cancelled.
std::vector<SourceAudio> read_sources(const std::vector<SourceRecordings>& sources,
                                      const ReadingOptions& options, Diagnostics& diagnostics,
                                      const ProgressCallback& progress = {});

/// Throws InvalidArgument unless the source has a valid name and something to learn from, all at
/// one rate.
void require_recordings(const SourceAudio& source);

}  // namespace nmfsep
