#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/audio_stream.hpp"
#include "nmfsep/core/diagnostics.hpp"

namespace nmfsep::cli {

/// A file by its path, or stdin for -, which may be `raw`. Asks `progress` while nothing comes.
/// With `incomplete` it may be shorter than its header says, which is told there. Throws
/// AudioFileError, Cancelled.
std::unique_ptr<AudioSource> open_audio(const std::filesystem::path& path,
                                        const std::optional<RawFormat>& raw,
                                        const ProgressCallback& progress,
                                        Diagnostics* incomplete = nullptr);

/// A file that is read a second time: what is to be said of it was said.
AudioReader open_again(const std::filesystem::path& path, bool take_what_is_there);

/// All of a file, `incomplete` as that of open_audio.
AudioBuffer read_whole(const std::filesystem::path& path, Diagnostics* incomplete);

/// Inputs whose rate counts before they are read.
class AudioInputs {
 public:
  /// `raw` is what - stands for, if it has no header; `incomplete` as that of open_audio.
  explicit AudioInputs(std::optional<RawFormat> raw = {}, Diagnostics* incomplete = nullptr)
      : raw_(raw), incomplete_(incomplete) {}

  /// In Hz. Stdin stays open for `open`. Throws as open_audio.
  int sample_rate(const std::filesystem::path& path, const ProgressCallback& progress);

  std::unique_ptr<AudioSource> open(const std::filesystem::path& path,
                                    const ProgressCallback& progress);

 private:
  std::optional<RawFormat> raw_;
  Diagnostics* incomplete_;
  std::unique_ptr<AudioSource> stdin_;  ///< of which nothing but the header is read
};

}  // namespace nmfsep::cli
