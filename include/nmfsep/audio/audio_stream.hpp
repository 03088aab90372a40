#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/core/progress.hpp"

namespace nmfsep {

/// How a sample without a header lies in a stream; all but u8 are little-endian.
enum class RawEncoding { u8, s16le, s24le, s32le, f32le, f64le };

/// "u8", "s16le", … Throws InvalidArgument for another text.
RawEncoding raw_encoding_from_string(std::string_view text);

/// Interleaved samples without a header.
struct RawFormat {
  int sample_rate = 0;  ///< Hz
  int channels = 0;
  RawEncoding encoding = RawEncoding::s16le;

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

/// Reads audio that comes through a pipe, of any length: WAV or RF64, recognised by its first
/// bytes, or samples without a header. A WAV whose header has no length, or one that programs write
/// into pipes, lasts as long as the stream; another must hold what it promises. What else
/// AudioReader reads is first taken to its end, into a temporary file.
class AudioStreamReader final : public AudioSource {
 public:
  struct Options {
    std::string name;                   ///< for messages
    std::optional<RawFormat> raw = {};  ///< absent: the stream has a header
    ProgressCallback progress = {};     ///< asked ten times a second while nothing comes
    Diagnostics* incomplete = nullptr;  ///< as AudioReader's
    std::uint64_t most_kept = std::uint64_t{4} << 30U;  ///< bytes of what is taken to its end
  };

  /// Reads from `descriptor`, which stays the caller's. Throws AudioFileError when the stream is
  /// not of a kind above or does not fit the temporary file, Cancelled.
  AudioStreamReader(int descriptor, Options options);
  ~AudioStreamReader() override;

  std::string name() const override;
  const AudioInfo& info() const override;
  AudioTags tags() const override;
  /// As AudioReader; Cancelled.
  Index read(Eigen::Ref<Matrix> block) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes WAV to a pipe as it comes, under a header that leaves the length open (2³² − 1).
class AudioStreamWriter {
 public:
  /// Writes the header to `descriptor`, which stays the caller's. `progress` is asked ten times a
  /// second while nobody reads. Throws InvalidArgument for FLAC; AudioFileError when nobody will
  /// read any more; Cancelled.
  AudioStreamWriter(int descriptor, const AudioInfo& info, AudioFormat format,
                    ProgressCallback progress = {});
  ~AudioStreamWriter();
  AudioStreamWriter(AudioStreamWriter&&) noexcept;
  AudioStreamWriter& operator=(AudioStreamWriter&&) noexcept;

  /// Appends samples × channels. Throws as the constructor.
  void write(const MatrixView& block);

  /// Samples so far beyond ±1 that were limited.
  Index clipped() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nmfsep
