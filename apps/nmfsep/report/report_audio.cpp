#include "report/report_audio.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "nmfsep/audio/audio_queue.hpp"
#include "nmfsep/audio/resample.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<int, 9> usual_rates{8000,  11025, 12000, 16000, 22050,
                                         24000, 32000, 44100, 48000};
constexpr Index read_at_a_time = 65536;

Matrix all_of(AudioSource& source) {
  AudioQueue samples(source.info().channels);
  for (;;) {
    const Index got = source.read(samples.extend(read_at_a_time));
    samples.drop_back(read_at_a_time - got);
    if (got < read_at_a_time) return samples.samples();
  }
}

std::string bytes_of(const AudioBuffer& sound, Container container, const fs::path& report) {
  AudioFormat format{container, SampleFormat::float32};
  if (container == Container::flac || container == Container::wav)
    format.sample_format = SampleFormat::pcm16;
  fs::path beside = report;
  beside += ".sound" + format.extension();
  PendingFile pending(beside, Overwrite::replace);  // it gets no name, and goes when it was read
  const fs::path temporary = pending.temporary();
  AudioWriter writer(std::move(pending), static_cast<int>(sound.channels()), sound.sample_rate,
                     format);
  writer.write(sound.samples);
  writer.close();
  std::ifstream file(temporary, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

EncodedSounds encoded_as(std::span<const AudioBuffer> sounds, Container container,
                         const fs::path& report) {
  EncodedSounds result{container, {}};
  for (const AudioBuffer& sound : sounds)
    result.files.push_back(bytes_of(sound, container, report));
  return result;
}

bool fits(const EncodedSounds& sounds) {
  std::size_t bytes = 0;
  for (const std::string& file : sounds.files) bytes += file.size();
  return bytes <= most_sound_bytes;
}

}  // namespace

AudioBuffer playable_excerpt(AudioSource& recording, const Excerpt& excerpt,
                             const ProgressCallback& progress) {
  ExcerptSource source(recording, excerpt, progress);
  AudioBuffer audio{all_of(source), source.info().sample_rate};
  if (audio.channels() > 2) audio.samples = audio.samples.rowwise().mean().eval();
  if (std::find(usual_rates.begin(), usual_rates.end(), audio.sample_rate) == usual_rates.end())
    audio = resample(audio, 48000);
  return audio;
}

EncodedSounds encode(std::span<const AudioBuffer> sounds, std::optional<Container> container,
                     const fs::path& report) {
  EncodedSounds result = encoded_as(sounds, container.value_or(Container::flac), report);
  if (container || fits(result)) return result;
  result = encoded_as(sounds, Container::mp3, report);
  if (fits(result)) return result;
  std::vector<AudioBuffer> mono;
  for (const AudioBuffer& sound : sounds)
    mono.push_back({sound.samples.rowwise().mean(), sound.sample_rate});
  return encoded_as(mono, Container::mp3, report);
}

}  // namespace nmfsep::cli
