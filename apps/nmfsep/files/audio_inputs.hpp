#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "nmfsep/audio/audio_stream.hpp"

namespace nmfsep::cli {

/// A file by its path, or stdin for -, which may be `raw`. Asks `progress` while nothing comes.
/// Throws AudioFileError, Cancelled.
std::unique_ptr<AudioSource> open_audio(const std::filesystem::path& path,
                                        const std::optional<RawFormat>& raw,
                                        const ProgressCallback& progress);

/// Inputs whose rate counts before they are read.
class AudioInputs {
 public:
  /// `raw` is what - stands for, if it has no header.
  explicit AudioInputs(std::optional<RawFormat> raw = {}) : raw_(raw) {}

  /// In Hz. Stdin stays open for `open`. Throws as open_audio.
  int sample_rate(const std::filesystem::path& path, const ProgressCallback& progress);

  std::unique_ptr<AudioSource> open(const std::filesystem::path& path,
                                    const ProgressCallback& progress);

 private:
  std::optional<RawFormat> raw_;
  std::unique_ptr<AudioSource> stdin_;  ///< of which nothing but the header is read
};

}  // namespace nmfsep::cli
