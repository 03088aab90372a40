#include "files/audio_inputs.hpp"

#include <unistd.h>

#include <utility>

namespace nmfsep::cli {

std::unique_ptr<AudioSource> open_audio(const std::filesystem::path& path,
                                        const std::optional<RawFormat>& raw,
                                        const ProgressCallback& progress) {
  if (path != "-") return std::make_unique<AudioReader>(path);
  return std::make_unique<AudioStreamReader>(
      STDIN_FILENO, AudioStreamReader::Options{"standard input", raw, progress});
}

int AudioInputs::sample_rate(const std::filesystem::path& path, const ProgressCallback& progress) {
  std::unique_ptr<AudioSource> source = open(path, progress);
  const int rate = source->info().sample_rate;
  if (path == "-") stdin_ = std::move(source);
  return rate;
}

std::unique_ptr<AudioSource> AudioInputs::open(const std::filesystem::path& path,
                                               const ProgressCallback& progress) {
  if (path == "-" && stdin_) return std::exchange(stdin_, nullptr);
  return open_audio(path, raw_, progress);
}

}  // namespace nmfsep::cli
