#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "audio/cue_chunk.hpp"
#include "audio/pcm.hpp"
#include "audio/posix_file.hpp"
#include "audio/sound_file.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/resample.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/finite.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

constexpr Index write_length = 16384;

struct ContainerName {
  Container container;
  const char* name;
};
constexpr ContainerName containers[] = {{Container::wav, "wav"},
                                        {Container::flac, "flac"},
                                        {Container::vorbis, "ogg"},
                                        {Container::opus, "opus"},
                                        {Container::mp3, "mp3"}};

/// The rate at which a file can hold audio of `rate`.
int stored_rate(Container container, int rate) {
  constexpr int of_opus[] = {8000, 12000, 16000, 24000, 48000};
  const bool fits = std::find(std::begin(of_opus), std::end(of_opus), rate) != std::end(of_opus);
  return container == Container::opus && !fits ? 48000 : rate;
}

/// Left-justified in 32 bits.
std::int32_t justified(float sample, int bits) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(to_integer(sample, bits))
                                   << (32 - bits));
}

}  // namespace

std::string to_string(Container container) {
  return std::find_if(std::begin(containers), std::end(containers),
                      [&](const ContainerName& each) { return each.container == container; })
      ->name;
}

Container container_from_string(std::string_view text) {
  for (const ContainerName& each : containers)
    if (text == each.name) return each.container;
  throw InvalidArgument(
      fmt::format("format '{}', must be wav, flac, ogg, opus or mp3", printable(text)));
}

void AudioFormat::validate() const {
  if (container == Container::flac && sample_format == SampleFormat::float32)
    throw InvalidArgument("FLAC holds 16 or 24 bits, not 32-bit float");
  if (is_lossy() && sample_format != SampleFormat::float32)
    throw InvalidArgument(fmt::format("{} has no bit depth", to_string(container)));
}

std::string AudioFormat::extension() const { return "." + to_string(container); }

struct AudioWriter::State {
  AudioFormat format;
  PendingFile pending;
  PosixFile file;
  SoundFile sound;
  std::vector<CuePoint> cues = {};
  Index length = 0;
  Index clipped = 0;
  bool closed = false;
  std::vector<float> floats;
  std::vector<std::int32_t> integers;
  std::optional<Resampler> resampler = {};  ///< where the file has another rate

  State(PendingFile output, const AudioInfo& info, AudioFormat audio_format)
      : format(audio_format),
        pending(std::move(output)),
        file(pending),
        sound(file, {"", {}, info.channels, stored_rate(format.container, info.sample_rate)},
              format) {
    if (sound.info().sample_rate != info.sample_rate)
      resampler.emplace(info.sample_rate, sound.info().sample_rate, info.channels);
  }

  void write(const MatrixView& block) {
    if (resampler)
      store(resampler->push(block));
    else
      store(block);
  }

  void store(const MatrixView& block) {
    floats.resize(static_cast<std::size_t>(block.size()));
    Eigen::Map<Matrix>(floats.data(), block.cols(), block.rows()) = block.transpose();
    const bool is_float = format.sample_format == SampleFormat::float32;
    if (is_float && !format.is_lossy()) return sound.write(std::span(floats));
    clipped += std::count_if(floats.begin(), floats.end(),
                             [](float sample) { return std::abs(sample) > 1; });
    if (is_float) {
      for (float& sample : floats) sample = std::clamp(sample, -1.0F, 1.0F);
      return sound.write(std::span(floats));
    }
    const int bits = format.sample_format == SampleFormat::pcm16 ? 16 : 24;
    integers.resize(floats.size());
    std::transform(floats.begin(), floats.end(), integers.begin(),
                   [&](float sample) { return justified(sample, bits); });
    sound.write(std::span(integers));
  }
};

AudioWriter::AudioWriter(PendingFile output, int channels, int sample_rate, AudioFormat format) {
  format.validate();
  const AudioInfo info{"", {}, channels, sample_rate};
  state_ = std::make_unique<State>(std::move(output), info, format);
}

AudioWriter::~AudioWriter() = default;
AudioWriter::AudioWriter(AudioWriter&&) noexcept = default;
AudioWriter& AudioWriter::operator=(AudioWriter&&) noexcept = default;

void AudioWriter::write(const MatrixView& block) {
  if (block.cols() != state_->sound.info().channels)
    throw InvalidArgument(fmt::format("AudioWriter: a block of {} channels for a file of {}",
                                      block.cols(), state_->sound.info().channels));
  if (!all_finite(block)) throw InvalidArgument("AudioWriter: a sample is NaN or infinite");
  state_->length += block.rows();
  for (Index first = 0; first < block.rows(); first += write_length)
    state_->write(block.middleRows(first, std::min(write_length, block.rows() - first)));
}

void AudioWriter::set_tags(const AudioTags& tags) {
  for (const auto& [name, text] : tags.text)
    if (!is_utf8(text))
      throw InvalidArgument(
          fmt::format("AudioWriter: {} '{}' is not UTF-8", name, printable(text)));
  state_->sound.set_text(tags.text);
  state_->cues = tags.cues;
}

Index AudioWriter::clipped() const { return state_->clipped; }

void AudioWriter::close() {
  if (state_->closed) return;
  if (state_->resampler) state_->store(state_->resampler->finish());
  state_->sound.close();
  std::erase_if(state_->cues, [this](const CuePoint& cue) { return cue.sample >= state_->length; });
  if (state_->format.container == Container::wav && !state_->cues.empty())
    append_cues(state_->file, state_->cues);
  state_->closed = true;
}

void AudioWriter::commit() {
  close();
  state_->pending.commit();
}

}  // namespace nmfsep
