#pragma once

#include <optional>
#include <string>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/audio/audio_tags.hpp"

namespace nmfsep {

/// What a header says.
struct AudioInfo {
  std::string container;  ///< "WAV", "FLAC", "Ogg", "MP3", "AIFF", "AU", "CAF", "SPHERE", "RF64",
                          ///< "W64"; or empty
  std::optional<Index> length;  ///< samples a channel; absent where only the end will tell
  int channels = 0;
  int sample_rate = 0;  ///< Hz
};

/// Audio that is read from front to back, whatever its length.
class AudioSource {
 public:
  virtual ~AudioSource() = default;

  /// How messages call it: a file by its quoted path.
  virtual std::string name() const = 0;
  virtual const AudioInfo& info() const = 0;
  /// Cue points lie within its length.
  virtual AudioTags tags() const { return {}; }

  /// Fills the first rows of `block` (samples × channels) and returns how many; fewer than
  /// `block.rows()` only at the end. Throws AudioFileError; InvalidArgument for another number of
  /// channels.
  virtual Index read(Eigen::Ref<Matrix> block) = 0;

 protected:
  AudioSource() = default;
  AudioSource(AudioSource&&) = default;
  AudioSource& operator=(AudioSource&&) = default;
};

/// A buffer, which must outlive it, as a source.
class BufferSource final : public AudioSource {
 public:
  BufferSource(const AudioBuffer& audio, std::string name);

  std::string name() const override { return name_; }
  const AudioInfo& info() const override { return info_; }
  Index read(Eigen::Ref<Matrix> block) override;

 private:
  const AudioBuffer& audio_;
  std::string name_;
  AudioInfo info_;
  Index position_ = 0;
};

}  // namespace nmfsep
