// libsndfile enters here. Its conventions and ours:
// - it guesses a container it does not know from the file's extension: it gets no name from us, and
//   its finding must agree with what our own look at the first bytes found;
// - it returns fewer samples than asked at the end and after an error alike: sf_error is asked
// after
//   every call, and the descriptor's own errors, which it drops when closing, are kept beside it;
// - it shortens what a header promises to what the file holds without a word: see container.cpp;
// - it puts the time of day into float WAV (PEAK chunk), but not into RF64 nor the plain WAV that a
//   short one becomes on closing, unless SFC_SET_ADD_PEAK_CHUNK is called, even to switch it off;
// - a text tag that is not UTF-8 makes it free memory twice in FLAC: it gets and gives none of
// them;
// - samples are interleaved, and integers are left-justified in 32 bits.
#include "audio/sound_file.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

PosixFile& as_file(void* user_data) { return *static_cast<PosixFile*>(user_data); }

sf_count_t seek(sf_count_t offset, int whence, void* user_data) {
  PosixFile& file = as_file(user_data);
  const sf_count_t origin = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.tell() : file.size();
  if (origin + offset < 0) return -1;
  file.seek(origin + offset);
  return file.tell();
}

SF_VIRTUAL_IO virtual_io() {
  SF_VIRTUAL_IO io = {};
  io.get_filelen = [](void* user_data) -> sf_count_t { return as_file(user_data).size(); };
  io.seek = seek;
  io.read = [](void* bytes, sf_count_t count, void* user_data) -> sf_count_t {
    return as_file(user_data).read(bytes, count);
  };
  io.write = [](const void* bytes, sf_count_t count, void* user_data) -> sf_count_t {
    return as_file(user_data).write(bytes, count);
  };
  io.tell = [](void* user_data) -> sf_count_t { return as_file(user_data).tell(); };
  return io;
}

/// The container's name, as in AudioInfo; empty for one that we do not read.
std::string container_name(int format) {
  switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_WAV:
    case SF_FORMAT_WAVEX:
      return "WAV";
    case SF_FORMAT_RF64:
      return "RF64";
    case SF_FORMAT_W64:
      return "W64";
    case SF_FORMAT_FLAC:
      return "FLAC";
    case SF_FORMAT_OGG:
      return "Ogg";
    case SF_FORMAT_MPEG:
      return "MP3";
    case SF_FORMAT_AIFF:
      return "AIFF";
    case SF_FORMAT_AU:
      return "AU";
    case SF_FORMAT_CAF:
      return "CAF";
    case SF_FORMAT_NIST:
      return "SPHERE";
    default:
      return "";
  }
}

/// Not the software, which is another when stems are written.
const std::map<std::string, int> text_kinds{
    {"title", SF_STR_TITLE},     {"artist", SF_STR_ARTIST},
    {"album", SF_STR_ALBUM},     {"tracknumber", SF_STR_TRACKNUMBER},
    {"genre", SF_STR_GENRE},     {"date", SF_STR_DATE},
    {"comment", SF_STR_COMMENT}, {"copyright", SF_STR_COPYRIGHT}};

bool is_usable(std::string_view text) {
  constexpr std::size_t longest_text = 4096;  // bytes
  return !text.empty() && text.size() <= longest_text && is_utf8(text);
}

/// The file's cue points; their names count where they are UTF-8.
std::vector<CuePoint> cues_of(SNDFILE* handle) {
  constexpr std::uint32_t most = 10000;  // libsndfile itself reads no more than some 1000
  std::uint32_t count = 0;
  sf_command(handle, SFC_GET_CUE_COUNT, &count, sizeof(count));
  using Cues = SF_CUES_VAR(most);
  if (count == 0 || count > most) return {};
  const auto cues = std::make_unique<Cues>();
  sf_command(handle, SFC_GET_CUE, cues.get(), sizeof(Cues));
  std::vector<CuePoint> result;
  for (const SF_CUE_POINT* cue = cues->cue_points; cue != cues->cue_points + count; ++cue) {
    const std::string name(cue->name, ::strnlen(cue->name, sizeof(cue->name)));
    result.push_back({cue->sample_offset, is_usable(name) ? name : std::string()});
  }
  return result;
}

/// RF64 turns into plain WAV when the file is closed below 4 GiB.
int output_format(AudioFormat format) {
  if (format.container == Container::vorbis) return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
  if (format.container == Container::opus) return SF_FORMAT_OGG | SF_FORMAT_OPUS;
  if (format.container == Container::mp3) return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
  const int container = format.container == Container::wav ? SF_FORMAT_RF64 : SF_FORMAT_FLAC;
  switch (format.sample_format) {
    case SampleFormat::pcm16:
      return container | SF_FORMAT_PCM_16;
    case SampleFormat::pcm24:
      return container | SF_FORMAT_PCM_24;
    default:
      return container | SF_FORMAT_FLOAT;
  }
}

}  // namespace

struct SoundFile::State {
  PosixFile& file;
  AudioInfo info;
  SNDFILE* handle = nullptr;

  State(PosixFile& posix_file, AudioInfo audio_info)
      : file(posix_file), info(std::move(audio_info)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (handle != nullptr) sf_close(handle);
  }

  void open(int mode, SF_INFO& header) {
    SF_VIRTUAL_IO io = virtual_io();
    handle = sf_open_virtual(&io, mode, &header, &file);
    file.check();
    if (handle == nullptr)
      fail(mode == SFM_READ ? "has a header that no decoder takes; get the whole file again"
                            : "cannot be opened",
           nullptr);
  }

  [[noreturn]] void fail(const char* what, SNDFILE* culprit) const {
    file.fail(fmt::format("{} ({})", what, printable(sf_strerror(culprit))));
  }

  void check(const char* what) const {
    file.check();
    if (sf_error(handle) != SF_ERR_NO_ERROR) fail(what, handle);
  }

  void check_written(sf_count_t written, std::size_t expected) const {
    check("cannot be written");
    if (written != static_cast<sf_count_t>(expected)) file.fail("cannot be written completely");
  }
};

SoundFile::SoundFile(PosixFile& file, const std::string& container)
    : state_(std::make_unique<State>(file, AudioInfo{container, {}, 0, 0})) {
  SF_INFO header = {};
  state_->open(SFM_READ, header);
  state_->check("has a damaged header; get the whole file again");
  if (container_name(header.format) != container)
    file.fail(fmt::format("begins like {} but is not; the file is damaged", container));
  if (header.frames != SF_COUNT_MAX) state_->info.length = header.frames;
  state_->info.channels = header.channels;
  state_->info.sample_rate = header.samplerate;
}

SoundFile::SoundFile(PosixFile& file, const AudioInfo& info, AudioFormat format)
    : state_(std::make_unique<State>(file, info)) {
  SF_INFO header = {};
  header.channels = info.channels;
  header.samplerate = info.sample_rate;
  header.format = output_format(format);
  if (sf_format_check(&header) == 0)
    file.fail(
        fmt::format("cannot hold {} channel{} at {} Hz in this format, or the libsndfile of "
                    "this machine does not write it; choose WAV",
                    info.channels, info.channels == 1 ? "" : "s", info.sample_rate));
  state_->open(SFM_WRITE, header);
  sf_command(state_->handle, SFC_RF64_AUTO_DOWNGRADE, nullptr, SF_TRUE);
}

SoundFile::~SoundFile() = default;

const AudioInfo& SoundFile::info() const { return state_->info; }

AudioTags SoundFile::tags() const {
  AudioTags tags;
  for (const auto& [name, kind] : text_kinds)
    if (const char* text = sf_get_string(state_->handle, kind); text != nullptr && is_usable(text))
      tags.text[name] = text;
  tags.cues = cues_of(state_->handle);
  return tags;
}

void SoundFile::set_text(const std::map<std::string, std::string>& text) {
  for (const auto& [name, kind] : text_kinds)
    if (const auto value = text.find(name); value != text.end())
      sf_set_string(state_->handle, kind, value->second.c_str());
}

Index SoundFile::read(std::span<float> samples) {
  const auto length = static_cast<sf_count_t>(samples.size()) / state_->info.channels;
  const sf_count_t got = sf_readf_float(state_->handle, samples.data(), length);
  state_->check("is damaged; get the whole file again");
  return got;
}

Index SoundFile::read(std::span<double> samples) {
  const auto length = static_cast<sf_count_t>(samples.size()) / state_->info.channels;
  const sf_count_t got = sf_readf_double(state_->handle, samples.data(), length);
  state_->check("is damaged; get the whole file again");
  return got;
}

Index SoundFile::read(std::span<std::int32_t> samples) {
  const auto length = static_cast<sf_count_t>(samples.size()) / state_->info.channels;
  const sf_count_t got = sf_readf_int(state_->handle, samples.data(), length);
  // What is cut off within a frame of FLAC looks like damage to its decoder.
  state_->check(
      "is damaged or cut off; get the whole file again, or pass --take-what-is-there to separate, "
      "train or evaluate");
  return got;
}

Index SoundFile::count_readable() {
  constexpr sf_count_t most = 4096;
  std::vector<float> samples(static_cast<std::size_t>(most * state_->info.channels));
  Index count = 0;
  for (sf_count_t got = most; got == most; count += got)
    got = std::max<sf_count_t>(sf_readf_float(state_->handle, samples.data(), most), 0);
  return count;
}

void SoundFile::rewind() {
  sf_seek(state_->handle, 0, SEEK_SET);
  state_->check("is damaged; get the whole file again");
}

void SoundFile::write(std::span<const float> samples) {
  const auto count = static_cast<sf_count_t>(samples.size());
  state_->check_written(sf_write_float(state_->handle, samples.data(), count), samples.size());
}

void SoundFile::write(std::span<const std::int32_t> samples) {
  const auto count = static_cast<sf_count_t>(samples.size());
  state_->check_written(sf_write_int(state_->handle, samples.data(), count), samples.size());
}

void SoundFile::close() {
  const int error = sf_close(std::exchange(state_->handle, nullptr));
  state_->file.check();
  if (error != SF_ERR_NO_ERROR)
    state_->file.fail(fmt::format("cannot be completed ({})", sf_error_number(error)));
}

}  // namespace nmfsep
