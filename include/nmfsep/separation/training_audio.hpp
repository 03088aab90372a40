#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/core/progress.hpp"
#include "nmfsep/models/dictionary.hpp"

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

/// Reads all files. Those at another rate than the first are resampled to it, with a warning.
/// Throws InvalidArgument for a bad name or a source without files, AudioFileError for a file that
/// cannot be used, Cancelled.
std::vector<SourceAudio> read_sources(const std::vector<SourceRecordings>& sources,
                                      Diagnostics& diagnostics,
                                      const ProgressCallback& progress = {});

}  // namespace nmfsep
