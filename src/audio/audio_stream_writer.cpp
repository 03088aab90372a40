#include <bit>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "audio/pcm.hpp"
#include "audio/pipe_end.hpp"
#include "nmfsep/audio/audio_stream.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/finite.hpp"

namespace nmfsep {
namespace {

void append(std::vector<char>& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
}

void append(std::vector<char>& bytes, const char* text) {
  bytes.insert(bytes.end(), text, text + std::strlen(text));
}

}  // namespace

struct AudioStreamWriter::State {
  PipeEnd pipe;
  int channels;
  int bits;
  bool is_float;
  Index clipped = 0;
  std::vector<char> bytes;

  /// The smallest WAV header there is, with every length left open. Floats want the length of an
  /// extension behind the format, which is none.
  void write_header(int sample_rate) {
    const auto sample_bytes = static_cast<std::uint32_t>(channels * bits / 8);
    append(bytes, "RIFF");
    append(bytes, 0xFFFFFFFF, 4);
    append(bytes, "WAVEfmt ");
    append(bytes, is_float ? 18 : 16, 4);
    append(bytes, is_float ? 3 : 1, 2);
    append(bytes, static_cast<std::uint32_t>(channels), 2);
    append(bytes, static_cast<std::uint32_t>(sample_rate), 4);
    append(bytes, static_cast<std::uint32_t>(sample_rate) * sample_bytes, 4);
    append(bytes, sample_bytes, 2);
    append(bytes, static_cast<std::uint32_t>(bits), 2);
    if (is_float) append(bytes, 0, 2);
    append(bytes, "data");
    append(bytes, 0xFFFFFFFF, 4);
    flush();
  }

  void flush() {
    pipe.write(bytes.data(), bytes.size());
    bytes.clear();
  }

  void append_sample(float sample) {
    if (is_float) return append(bytes, std::bit_cast<std::uint32_t>(sample), 4);
    if (std::abs(sample) > 1) ++clipped;
    append(bytes, static_cast<std::uint32_t>(to_integer(sample, bits)), bits / 8);
  }
};

AudioStreamWriter::AudioStreamWriter(int descriptor, const AudioInfo& info, AudioFormat format,
                                     ProgressCallback progress) {
  if (format.container != Container::wav)
    throw InvalidArgument("AudioStreamWriter: a pipe takes WAV, not FLAC");
  const int bits = format.sample_format == SampleFormat::pcm16   ? 16
                   : format.sample_format == SampleFormat::pcm24 ? 24
                                                                 : 32;
  state_.reset(new State{PipeEnd(descriptor, "standard output", std::move(progress)),
                         info.channels,
                         bits,
                         format.sample_format == SampleFormat::float32,
                         0,
                         {}});
  state_->write_header(info.sample_rate);
}

AudioStreamWriter::~AudioStreamWriter() = default;
AudioStreamWriter::AudioStreamWriter(AudioStreamWriter&&) noexcept = default;
AudioStreamWriter& AudioStreamWriter::operator=(AudioStreamWriter&&) noexcept = default;

void AudioStreamWriter::write(const MatrixView& block) {
  if (block.cols() != state_->channels || !all_finite(block))
    throw InvalidArgument("AudioStreamWriter: other channels than the stream's, NaN or infinity");
  for (Index sample = 0; sample < block.rows(); ++sample)
    for (Index channel = 0; channel < block.cols(); ++channel)
      state_->append_sample(block(sample, channel));
  state_->flush();
}

Index AudioStreamWriter::clipped() const { return state_->clipped; }

}  // namespace nmfsep
