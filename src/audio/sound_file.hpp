#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "audio/posix_file.hpp"
#include "nmfsep/audio/audio_file.hpp"

namespace nmfsep {

/// libsndfile's view of a PosixFile, which must outlive it. Samples are interleaved. Every error
/// throws AudioFileError.
class SoundFile {
 public:
  /// Opens `file` for reading; an error when libsndfile takes it for another kind than
  /// `container`, a name as in AudioInfo.
  SoundFile(PosixFile& file, const std::string& container);

  /// Opens `file` for writing.
  SoundFile(PosixFile& file, const AudioInfo& info, AudioFormat format);
  ~SoundFile();

  /// What the header says.
  const AudioInfo& info() const;

  /// What it says beside its samples. Cue points may lie anywhere.
  AudioTags tags() const;

  /// Sets text, before anything is written; what the container has no place for is left out.
  void set_text(const std::map<std::string, std::string>& text);

  /// Fills `samples`, interleaved, and returns how many there are a channel; fewer only at the end.
  Index read(std::span<float> samples);
  Index read(std::span<double> samples);

  /// The same for integers, left-justified in 32 bits.
  Index read(std::span<std::int32_t> samples);

  /// How many samples a channel can be read from here on, up to the end or to where decoding fails.
  Index count_readable();

  /// Back to the first sample.
  void rewind();

  /// Appends samples, interleaved: floats as they are, integers left-justified in 32 bits.
  void write(std::span<const float> samples);
  void write(std::span<const std::int32_t> samples);

  /// Completes the file. Call once, last, after writing.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nmfsep
