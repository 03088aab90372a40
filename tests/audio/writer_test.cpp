#include "nmfsep/core/errors.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

const AudioFormat formats[] = {
    {Container::wav, SampleFormat::pcm16},   {Container::wav, SampleFormat::pcm24},
    {Container::wav, SampleFormat::float32}, {Container::flac, SampleFormat::pcm16},
    {Container::flac, SampleFormat::pcm24},
};

double step(SampleFormat format) {
  switch (format) {
    case SampleFormat::pcm16:
      return 1.0 / (1 << 15);
    case SampleFormat::pcm24:
      return 1.0 / (1 << 23);
    default:
      return 0;
  }
}

}  // namespace

TEST_CASE("what is written is read back to half a step of its format") {
  TemporaryFolder folder;
  const AudioBuffer audio{noise(1, 40000, 3, 0.99F), 44100};
  for (const AudioFormat& format : formats) {
    const auto path = folder / ("audio" + format.extension());
    write_audio(path, audio, format);
    const AudioBuffer read = read_audio(path);
    REQUIRE(read.frames() == audio.frames());
    CHECK(read.sample_rate == 44100);
    CHECK((read.samples - audio.samples).cwiseAbs().maxCoeff() <= 0.5 * step(format.sample_format));
  }
}

TEST_CASE("a small WAV is a plain WAV, and the same samples give the same bytes") {
  TemporaryFolder folder;
  const AudioBuffer audio{noise(1, 5000, 2), 44100};
  for (const AudioFormat& format : formats) {
    write_audio(folder / "first", audio, format);
    const std::string bytes = read_bytes(folder / "first");
    CHECK(bytes.substr(0, 4) == (format.container == Container::wav ? "RIFF" : "fLaC"));
    write_audio(folder / "second", audio, format);
    CHECK(bytes == read_bytes(folder / "second"));
  }
}
