#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/file_size_limit.hpp"
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
    REQUIRE(read.length() == audio.length());
    CHECK(read.sample_rate == 44100);
    CHECK((read.samples - audio.samples).cwiseAbs().maxCoeff() <= 0.5 * step(format.sample_format));
  }
}

TEST_CASE("a small WAV is a plain WAV, and the same samples give the same bytes at any time") {
  TemporaryFolder folder;
  const AudioBuffer audio{noise(1, 5000, 2), 44100};
  for (const AudioFormat& format : formats) {
    write_audio(folder / "first", audio, format);
    const std::string bytes = read_bytes(folder / "first");
    CHECK(bytes.substr(0, 4) == (format.container == Container::wav ? "RIFF" : "fLaC"));
    CHECK(bytes.find("PEAK") == std::string::npos);  // it would hold the time of day
    write_audio(folder / "second", audio, format);
    CHECK(bytes == read_bytes(folder / "second"));
  }
}

TEST_CASE("any cut into blocks gives the same bytes") {
  TemporaryFolder folder;
  const AudioBuffer audio{noise(1, 40000, 2), 44100};
  for (const AudioFormat& format : formats) {
    write_audio(folder / "whole", audio, format);
    AudioWriter writer(PendingFile(folder / "blocks", Overwrite::replace), 2, 44100, format);
    for (Index first = 0, size = 1; first < audio.length(); first += size, size = 3 * size + 1)
      writer.write(audio.samples.middleRows(first, std::min(size, audio.length() - first)));
    writer.commit();
    CHECK(read_bytes(folder / "whole") == read_bytes(folder / "blocks"));
  }
}

TEST_CASE("samples beyond full scale are limited and counted, or kept in float") {
  TemporaryFolder folder;
  AudioBuffer audio{Matrix(6, 1), 8000};
  audio.samples << 0.5F, 1.0F, 1.0001F, -1.0F, -7.0F, 3e9F;
  for (const AudioFormat& format : formats) {
    AudioWriter writer(PendingFile(folder / "audio", Overwrite::replace), 1, 8000, format);
    writer.write(audio.samples);
    writer.commit();
    const Matrix read = read_audio(folder / "audio").samples;
    if (format.sample_format == SampleFormat::float32) {
      CHECK(writer.clipped() == 0);
      CHECK(read == audio.samples);
    } else {
      const auto top = static_cast<float>(1 - step(format.sample_format));
      CHECK(writer.clipped() == 3);
      CHECK(read == (Matrix(6, 1) << 0.5F, top, top, -1.0F, -1.0F, top).finished());
    }
  }
}

TEST_CASE("16 bits are read and written without a change") {
  TemporaryFolder folder;
  AudioBuffer audio{Matrix(1 << 16, 1), 8000};
  for (Index n = 0; n < audio.length(); ++n)
    audio.samples(n, 0) = static_cast<float>(n - (1 << 15)) / (1 << 15);
  write_audio(folder / "audio", audio, {Container::flac, SampleFormat::pcm16});
  CHECK(read_audio(folder / "audio").samples == audio.samples);
}

TEST_CASE("what cannot be written is an error, and leaves nothing behind") {
  TemporaryFolder folder;
  const auto output = [&] { return PendingFile(folder / "audio", Overwrite::refuse); };
  const AudioFormat flac{Container::flac, SampleFormat::pcm16};
  CHECK_THROWS_WITH(AudioWriter(output(), 1, 8000, {Container::flac, SampleFormat::float32}),
                    contains("FLAC holds 16 or 24 bits"));
  CHECK_THROWS_WITH(AudioWriter(output(), 9, 8000, flac),
                    contains("'" + (folder / "audio").string() + "'") && contains("9 channels"));
  CHECK_THROWS_AS(AudioWriter(output(), 0, 8000, {}), AudioFileError);
  CHECK_THROWS_AS(AudioWriter(output(), 1, -8000, {}), AudioFileError);
  AudioWriter writer(output(), 1, 8000, {});
  CHECK_THROWS_WITH(writer.write(Matrix::Zero(5, 2)), contains("a block of 2 channels"));
  CHECK_THROWS_AS(writer.write(Matrix::Constant(5, 1, std::nanf(""))), InvalidArgument);
  writer = AudioWriter(PendingFile(folder / "other", Overwrite::refuse), 1, 8000, {});
  writer.commit();
  CHECK(folder.entries() == std::vector<std::string>{"other"});
}

TEST_CASE("a full disk is an error at any byte, and leaves nothing behind") {
  TemporaryFolder folder;
  const AudioBuffer audio{noise(1, 20000, 1), 44100};
  for (const AudioFormat& format : formats) {
    write_audio(folder / "whole", audio, format);
    const auto size = std::filesystem::file_size(folder / "whole");
    for (const std::size_t room : {0UL, 10UL, 100UL, 20000UL, size - 1}) {
      const FileSizeLimit limit(room);
      CHECK_THROWS_WITH(write_audio(folder / "audio", audio, format),
                        contains((folder / "audio").string()) && contains("File too large"));
      CHECK(folder.entries() == std::vector<std::string>{"whole"});
    }
  }
}
