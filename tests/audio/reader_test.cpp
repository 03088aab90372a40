#include <sndfile.h>

#include "audio/sndfile_writer.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/core/errors.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

struct Kind {
  const char* description;
  int format;  ///< of libsndfile
  const char* container;
  double tolerance;  ///< largest error; above 1 for lossy codecs, whose samples are not compared
};

constexpr double lossy = 2;

const Kind kinds[] = {
    {"WAV 8 bit", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, "WAV", 1.0 / 128},
    {"WAV 16 bit", SF_FORMAT_WAV | SF_FORMAT_PCM_16, "WAV", 1.0 / 32768},
    {"WAV 24 bit", SF_FORMAT_WAV | SF_FORMAT_PCM_24, "WAV", 1e-6},
    {"WAV 32 bit", SF_FORMAT_WAV | SF_FORMAT_PCM_32, "WAV", 1e-7},
    {"WAV float", SF_FORMAT_WAV | SF_FORMAT_FLOAT, "WAV", 0},
    {"WAV double", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, "WAV", 0},
    {"WAV A-law", SF_FORMAT_WAV | SF_FORMAT_ALAW, "WAV", 0.05},
    {"WAV ADPCM", SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, "WAV", lossy},
    {"RIFX 16 bit", SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG, "WAV", 1.0 / 32768},
    {"WAVE_EXTENSIBLE 24 bit", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, "WAV", 1e-6},
    {"RF64 float", SF_FORMAT_RF64 | SF_FORMAT_FLOAT, "RF64", 0},
    {"W64 16 bit", SF_FORMAT_W64 | SF_FORMAT_PCM_16, "W64", 1.0 / 32768},
    {"AIFF 16 bit", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, "AIFF", 1.0 / 32768},
    {"AU 16 bit", SF_FORMAT_AU | SF_FORMAT_PCM_16, "AU", 1.0 / 32768},
    {"AU little-endian", SF_FORMAT_AU | SF_FORMAT_PCM_24 | SF_ENDIAN_LITTLE, "AU", 1.0 / 8388608},
    {"CAF 16 bit", SF_FORMAT_CAF | SF_FORMAT_PCM_16, "CAF", 1.0 / 32768},
    {"CAF float", SF_FORMAT_CAF | SF_FORMAT_FLOAT, "CAF", 0},
    {"SPHERE 16 bit", SF_FORMAT_NIST | SF_FORMAT_PCM_16, "SPHERE", 1.0 / 32768},
    {"AIFC float", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, "AIFF", 0},
    {"FLAC 16 bit", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, "FLAC", 1.0 / 32768},
    {"FLAC 24 bit", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, "FLAC", 1e-6},
    {"Ogg Vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, "Ogg", lossy},
    {"Ogg Opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, "Ogg", lossy},
    {"MP3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, "MP3", lossy},
};

}  // namespace

TEST_CASE("every kind of file is read, whatever its name ends in") {
  TemporaryFolder folder;
  const AudioBuffer audio{noise(1, 48000, 2, 0.9F), 48000};
  for (const Kind& kind : kinds) {
    INFO(kind.description);
    write_sndfile(folder / "song.vox", audio, kind.format);
    const AudioInfo info = AudioReader(folder / "song.vox").info();
    CHECK(info.container == kind.container);
    CHECK(info.channels == 2);
    CHECK(info.sample_rate == 48000);
    const AudioBuffer read = read_audio(folder / "song.vox");
    CHECK(read.length() == info.length);
    if (kind.tolerance == lossy) {
      CHECK(std::abs(read.length() - audio.length()) < 4096);
    } else {
      REQUIRE(read.length() == audio.length());
      CHECK((read.samples - audio.samples).cwiseAbs().maxCoeff() <= kind.tolerance);
    }
  }
}

TEST_CASE("any cut into blocks reads the same samples") {
  TemporaryFolder folder;
  const AudioBuffer audio{noise(1, 100000, 2, 0.9F), 44100};
  write_audio(folder / "audio", audio, {Container::flac, SampleFormat::pcm24});
  const Matrix whole = read_audio(folder / "audio").samples;
  for (const Index size : {1000, 16384, 65537}) {
    AudioReader reader(folder / "audio");
    Matrix block(size, 2);
    Index done = 0;
    while (const Index got = reader.read(block)) {
      REQUIRE(block.topRows(got) == whole.middleRows(done, got));
      done += got;
      CHECK((got == size || done == whole.rows()));
    }
    CHECK(done == whole.rows());
    CHECK(reader.read(block) == 0);
  }
}

TEST_CASE("a block of other channels than the file's is refused") {
  TemporaryFolder folder;
  write_audio(folder / "audio", {noise(1, 100, 2), 44100});
  AudioReader reader(folder / "audio");
  Matrix mono(10, 1);
  CHECK_THROWS_AS(reader.read(mono), InvalidArgument);
}

TEST_CASE("a file with no frames is refused") {
  TemporaryFolder folder;
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
                           SF_FORMAT_W64 | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                           SF_FORMAT_OGG | SF_FORMAT_VORBIS}) {
    write_sndfile(folder / "audio", {Matrix(0, 1), 44100}, format);
    CHECK_THROWS_AS(read_audio(folder / "audio"), AudioFileError);
  }
}
