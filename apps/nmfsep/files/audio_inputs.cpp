#include "files/audio_inputs.hpp"

#include <unistd.h>

#include <utility>

namespace nmfsep::cli {

std::unique_ptr<AudioSource> open_audio(const std::filesystem::path& path,
                                        const std::optional<RawFormat>& raw,
                                        const ProgressCallback& progress, Diagnostics* incomplete) {
  if (path != "-") return std::make_unique<AudioReader>(path, incomplete);
  return std::make_unique<AudioStreamReader>(
      STDIN_FILENO, AudioStreamReader::Options{"standard input", raw, progress, incomplete});
}

AudioReader open_again(const std::filesystem::path& path, bool take_what_is_there) {
  Diagnostics unheard;
  return AudioReader(path, take_what_is_there ? &unheard : nullptr);
}

AudioBuffer read_whole(const std::filesystem::path& path, Diagnostics* incomplete) {
  if (incomplete == nullptr) return read_audio(path);
  AudioReader reader(path, incomplete);  // whose length is that of what is there
  AudioBuffer audio{Matrix(reader.info().length.value(), reader.info().channels),
                    reader.info().sample_rate};
  reader.read(audio.samples);
  return audio;
}

int AudioInputs::sample_rate(const std::filesystem::path& path, const ProgressCallback& progress) {
  if (path != "-") return open_again(path, incomplete_ != nullptr).info().sample_rate;
  stdin_ = open(path, progress);
  return stdin_->info().sample_rate;
}

std::unique_ptr<AudioSource> AudioInputs::open(const std::filesystem::path& path,
                                               const ProgressCallback& progress) {
  if (path == "-" && stdin_) return std::exchange(stdin_, nullptr);
  return open_audio(path, raw_, progress, incomplete_);
}

}  // namespace nmfsep::cli
