// Damage after a file was written: cuts and flipped bits.
#include <fmt/format.h>
#include <sndfile.h>

#include "audio/sndfile_writer.hpp"
#include "nmfsep/core/errors.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/tally.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// Whether the file at `path` reads without an error.
bool reads(const std::filesystem::path& path) {
  try {
    read_audio(path);
    return true;
  } catch (const AudioFileError&) {
    return false;
  }
}

}  // namespace

TEST_CASE("every cut is detected", "[damage]") {
  Tally tally("cuts of audio files");
  TemporaryFolder folder;
  const AudioBuffer audio{noise(1, 24000, 2, 0.5F), 48000};
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_FLOAT,
                           SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, SF_FORMAT_RF64 | SF_FORMAT_PCM_24,
                           SF_FORMAT_W64 | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
                           SF_FORMAT_FLAC | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_24,
                           SF_FORMAT_OGG | SF_FORMAT_VORBIS, SF_FORMAT_OGG | SF_FORMAT_OPUS,
                           SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}) {
    write_sndfile(folder / "audio", audio, format);
    const std::string whole = read_bytes(folder / "audio");
    REQUIRE(reads(folder / "audio"));
    Random random(1);
    for (int cut = 0; cut < cases(100, 1000); ++cut) {
      // A few of the cuts take only the last bytes.
      const std::size_t length =
          cut < 5 ? whole.size() - 1 - static_cast<std::size_t>(cut) : random.below(whole.size());
      write_bytes(folder / "cut", whole.substr(0, length));
      tally.add(fmt::format("{:x} cut to {} of {}", format, length, whole.size()),
                reads(folder / "cut") ? "is read" : "");
    }
  }
}

TEST_CASE("a flipped bit in FLAC is detected, or leaves the samples as they are", "[damage]") {
  Tally tally("flipped bits in FLAC");
  TemporaryFolder folder;
  write_audio(folder / "audio", {noise(1, 10000, 2, 0.5F), 44100},
              {Container::flac, SampleFormat::pcm16});
  const std::string whole = read_bytes(folder / "audio");
  const Matrix samples = read_audio(folder / "audio").samples;
  const std::size_t audio_start = whole.find("\xFF\xF8");
  Random random(1);
  for (std::size_t flip = 0; flip < static_cast<std::size_t>(cases(1000, 5000)); ++flip) {
    // First every bit of the headers, which hold text too, then some of the audio's.
    const bool is_header = flip / 8 < audio_start;
    const std::size_t at =
        is_header ? flip / 8 : audio_start + random.below(whole.size() - audio_start);
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << flip % 8));
    write_bytes(folder / "flipped", bytes);
    const bool is_noticed = !reads(folder / "flipped");
    const bool is_harmless =
        !is_noticed && is_header && read_audio(folder / "flipped").samples == samples;
    tally.add(fmt::format("byte {} of {}", at, whole.size()),
              is_noticed || is_harmless ? "" : "is read");
  }
}

TEST_CASE("NaN, infinity and absurd samples are named by second and channel") {
  TemporaryFolder folder;
  for (const float bad : {std::nanf(""), INFINITY, -INFINITY, 1e13F}) {
    AudioBuffer audio{noise(1, 50000, 2), 8000};
    audio.samples(20000, 1) = bad;
    write_sndfile(folder / "audio", audio, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
    CHECK_THROWS_WITH(read_audio(folder / "audio"),
                      contains((folder / "audio").string()) && contains("2.500 s in channel 2"));
  }
}
