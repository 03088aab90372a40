#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/core/progress.hpp"
#include "nmfsep/models/dictionary.hpp"
#include "nmfsep/stft/stft.hpp"

namespace nmfsep {

/// Reads the recordings of one training. The first file of all fixes the analysis.
class MaterialReader {
 public:
  /// Without `stft` it is StftOptions::for_sample_rate of the first file.
  MaterialReader(std::optional<StftOptions> stft, double magnitude_exponent,
                 Diagnostics& diagnostics)
      : stft_(std::move(stft)), diagnostics_(diagnostics) {
    analysis_.magnitude_exponent = magnitude_exponent;
  }

  /// The files in their order. One at another rate than the first of all is resampled to it, with a
  /// warning. Throws AudioFileError, Cancelled.
  std::vector<AudioBuffer> read(const std::vector<std::filesystem::path>& files,
                                const ProgressCallback& progress);

  /// Once something was read.
  const Analysis& analysis() const { return analysis_; }

 private:
  void adapt(AudioBuffer& audio, const std::filesystem::path& file);

  std::optional<StftOptions> stft_;
  Diagnostics& diagnostics_;
  Analysis analysis_;
  std::filesystem::path first_;
};

/// Throws AudioFileError naming the files when `frames`, those that are not silent, are none or
/// fewer than `components`.
void require_enough(Index frames, Index components,
                    const std::vector<std::filesystem::path>& files);

double total_seconds(const std::vector<AudioBuffer>& recordings);

}  // namespace nmfsep
