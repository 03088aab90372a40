#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "nmfsep/audio/audio_buffer.hpp"
#include "nmfsep/audio/audio_source.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/core/pending_file.hpp"

namespace nmfsep {

/// Reads an audio file front to back. WAV (also WAVE_EXTENSIBLE, RF64, W64; 8 to 64 bit), FLAC,
/// Ogg (Vorbis, Opus), MP3, AIFF, AU, CAF and NIST SPHERE (but for shorten), recognised by their
/// first bytes and never by the extension, with 1 to 64 channels at 1 to 768 kHz. A cut is detected
/// in all of them but an MP3 without a Xing header; changed samples in FLAC (MD5), mostly in Ogg
/// and MP3, and never in the others, which carry no checksum. Memory does not depend on what a
/// header claims.
class AudioReader : public AudioSource {
 public:
  /// Throws AudioFileError when the file is missing, not a regular file, not audio of a kind above,
  /// empty, or shorter than its header promises. A WAV whose header has the length that programs
  /// write into pipes (2³² − 1, or 2³¹ − 4096) promises nothing and is as long as it is.
  /// With `incomplete` a recording that is shorter than its header says is what is there of it, and
  /// a warning goes there. What is compressed is then decoded once more, to know its
  /// length.
  explicit AudioReader(std::filesystem::path path, Diagnostics* incomplete = nullptr);

  /// Reads a regular file without a name, whose descriptor becomes the reader's; messages call it
  /// `shown`. Throws as the other.
  AudioReader(int descriptor, std::string shown, Diagnostics* incomplete = nullptr);
  ~AudioReader() override;
  AudioReader(AudioReader&&) noexcept;
  AudioReader& operator=(AudioReader&&) noexcept;

  std::string name() const override;
  /// Its length is always known.
  const AudioInfo& info() const override;
  AudioTags tags() const override;

  /// Fills the first rows of `block` (samples × channels) and returns how many; fewer than
  /// `block.rows()` only at the end. Throws AudioFileError on a decoder error, on fewer samples
  /// than promised, on FLAC samples that do not match their MD5, and on NaN, infinity and samples
  /// beyond 10¹² (saying at which second and channel).
  Index read(Eigen::Ref<Matrix> block) override;

  /// The same in double, for what measures: nothing of 32-bit integers and 64-bit floats is lost.
  Index read(Eigen::Ref<Eigen::MatrixXd> block);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The whole file. Throws what AudioReader throws.
AudioBuffer read_audio(const std::filesystem::path& path);

enum class Container { wav, flac, vorbis, opus, mp3 };
enum class SampleFormat { pcm16, pcm24, float32 };

/// "wav", "flac", "ogg", "opus", "mp3": the extension without its dot.
std::string to_string(Container container);
/// The reverse. Throws InvalidArgument for another text.
Container container_from_string(std::string_view text);
/// The container to write in for a stem to be like the file, by its first bytes: WAV for what is
/// not written (AIFF, W64) or cannot be read.
Container container_like(const std::filesystem::path& path);

/// How stems are stored. FLAC holds pcm16 or pcm24; Vorbis, Opus and MP3 are lossy and take
/// float32.
struct AudioFormat {
  Container container = Container::wav;
  SampleFormat sample_format = SampleFormat::float32;

  bool is_lossy() const { return container != Container::wav && container != Container::flac; }
  /// Throws InvalidArgument for FLAC with float32, and lossy containers without.
  void validate() const;
  /// ".wav", ".flac", ".ogg", ".opus" or ".mp3".
  std::string extension() const;
};

/// Writes an audio file that appears whole or not at all (see PendingFile). Samples beyond ±1 are
/// kept in float32 WAV, and limited, never wrapped, in the others. The same samples give the same
/// bytes, but for the number that an Ogg stream gets by chance. WAV beyond 4 GiB becomes RF64. Opus
/// knows 8, 12, 16, 24 and 48 kHz: audio at another rate is resampled to 48.
class AudioWriter {
 public:
  /// Writes to `output`. Throws InvalidArgument as AudioFormat::validate, and AudioFileError when
  /// the format cannot hold so many channels (FLAC: 8, MP3: 2) or such a rate, or this libsndfile
  /// does not write it.
  AudioWriter(PendingFile output, int channels, int sample_rate, AudioFormat format);
  ~AudioWriter();
  AudioWriter(AudioWriter&&) noexcept;
  AudioWriter& operator=(AudioWriter&&) noexcept;

  /// What the file says beside its samples, as far as it can: FLAC has no cue points, and no file
  /// those behind its end. Call before the first `write`. Throws InvalidArgument for text that is
  /// no UTF-8.
  void set_tags(const AudioTags& tags);

  /// Appends `block` (samples × channels). Throws AudioFileError, on a full disk say, and
  /// InvalidArgument for another number of channels, NaN and infinity.
  void write(const MatrixView& block);

  /// Samples so far beyond ±1 that were limited.
  Index clipped() const;

  /// Completes the header and closes the temporary file: what is left can only fail to rename.
  /// Throws AudioFileError.
  void close();

  /// Closes if need be, then gives the file its name. Throws FileError.
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nmfsep
