#include "nmfsep/audio/audio_stream.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "nmfsep/audio/audio_queue.hpp"
#include "nmfsep/core/errors.hpp"
#include "sndfile_writer.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// A pipe with a writer at its other end, who sends `bytes` in pieces and goes.
class Pipe {
 public:
  explicit Pipe(std::string bytes, std::size_t piece = 777) {
    if (::pipe(ends_.data()) != 0) throw std::runtime_error("no pipe");
    writer_ = std::thread([this, bytes = std::move(bytes), piece] {
      for (std::size_t at = 0; at < bytes.size(); at += piece)
        if (::write(ends_[1], bytes.data() + at, std::min(piece, bytes.size() - at)) < 0) break;
      ::close(ends_[1]);
    });
  }
  ~Pipe() {
    std::array<char, 4096> rest{};
    while (::read(ends_[0], rest.data(), rest.size()) > 0) {
    }
    writer_.join();
    ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int end() const { return ends_[0]; }

 private:
  std::array<int, 2> ends_{};
  std::thread writer_;
};

Matrix read_all(AudioSource& source, Index piece) {
  AudioQueue all(source.info().channels);
  for (Index got = piece; got == piece;) {
    Matrix block(piece, source.info().channels);
    got = source.read(block);
    all.push(block.topRows(got));
  }
  return all.samples();
}

Matrix piped(const std::string& bytes, std::optional<RawFormat> raw = {}, Index piece = 1000) {
  const Pipe pipe(bytes);
  AudioStreamReader reader(pipe.end(), {"standard input", raw});
  return read_all(reader, piece);
}

std::string little_endian(std::uint64_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

/// A WAV of 16 bits whose data chunk says that it has `size` bytes.
std::string wav(const std::string& samples, std::uint64_t size, int channels = 1) {
  return "RIFF" + little_endian(size + 36, 4) + "WAVEfmt " + little_endian(16, 4) +
         little_endian(1, 2) + little_endian(static_cast<std::uint64_t>(channels), 2) +
         little_endian(8000, 4) + little_endian(16000, 4) + little_endian(2, 2) +
         little_endian(16, 2) + "data" + little_endian(size, 4) + samples;
}

}  // namespace

TEST_CASE("WAV through a pipe gives the samples that the file gives") {
  const TemporaryFolder folder;
  for (const int channels : {1, 2, 16})
    for (const SampleFormat format :
         {SampleFormat::pcm16, SampleFormat::pcm24, SampleFormat::float32}) {
      write_audio(folder / "a.wav", {noise(1, 10001, channels), 44100}, {Container::wav, format});
      const Matrix expected = read_audio(folder / "a.wav").samples;
      for (const Index piece : {1, 4096, 5000, 20000})
        if (piece > 1 || channels == 1)
          CHECK(piped(read_bytes(folder / "a.wav"), {}, piece) == expected);
    }
}

TEST_CASE("every kind of WAV that libsndfile writes is read alike through a pipe") {
  const TemporaryFolder folder;
  for (const int subtype : {SF_FORMAT_PCM_U8, SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_PCM_32,
                            SF_FORMAT_FLOAT, SF_FORMAT_DOUBLE})
    for (const int container : {SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64}) {
      write_sndfile(folder / "a.wav", {noise(2, 3000, 2, 0.9F), 48000}, container | subtype);
      CHECK(piped(read_bytes(folder / "a.wav")) == read_audio(folder / "a.wav").samples);
    }
}

TEST_CASE("samples without a header are read as they are said to be") {
  CHECK(piped(std::string("\x00\x80\xff", 3), RawFormat{8000, 1, RawEncoding::u8}) ==
        Matrix{{-1.0F}, {0.0F}, {127.0F / 128}});
  CHECK(piped(std::string("\x00\x80\x00\x40", 4), RawFormat{8000, 2, RawEncoding::s16le}) ==
        Matrix{{-1.0F, 0.5F}});
  CHECK(piped(std::string("\x00\x00\xc0", 3), RawFormat{8000, 1, RawEncoding::s24le})(0) == -0.5F);
  CHECK(piped(little_endian(0x20000000, 4), RawFormat{8000, 1, RawEncoding::s32le})(0) == 0.25F);
  CHECK(piped(little_endian(0x3FC00000, 4), RawFormat{8000, 1, RawEncoding::f32le})(0) == 1.5F);
  CHECK(piped(little_endian(0xBFE0000000000000, 8), RawFormat{8000, 1, RawEncoding::f64le})(0) ==
        -0.5F);
  for (const char* name : {"u8", "s16le", "s24le", "s32le", "f32le", "f64le"})
    CHECK_NOTHROW(raw_encoding_from_string(name));
  CHECK_THROWS_WITH(raw_encoding_from_string("s16be"), contains("s16be") && contains("f64le"));
}

TEST_CASE("a WAV of open length lasts as long as its stream, one with a length as long as that") {
  const std::string samples(200, 'x');
  // As ffmpeg, SoX, arecord, oggdec, opusdec and mpg123 write it.
  for (const std::uint64_t open :
       {0xFFFFFFFFU, 0x7FFFF000U, 0x80000000U, 0x7FFFFFD3U, 0x7FFFFFFFU, 0U})
    CHECK(piped(wav(samples, open)).rows() == 100);
  // SoX, in whole frames of 3 channels in 16 bits.
  CHECK(piped(wav(samples + "....", 0x7FFFF000 - 4, 3)).rows() == 34);
  CHECK(piped(wav(samples, 100) + "LIST").rows() == 50);
  CHECK_THROWS_WITH(piped(wav(samples, 300)), contains("cut off after 100 samples"));
  CHECK_THROWS_WITH(piped(wav(samples + "x", 0xFFFFFFFF)), contains("cut off after 100 samples"));
}

TEST_CASE("what is no audio is refused with the reason") {
  CHECK_THROWS_WITH(piped(""), contains("standard input: is empty"));
  CHECK_THROWS_WITH(piped("fLaC and more of it"),
                    contains("standard input: has a header that no decoder takes"));
  CHECK_THROWS_WITH(piped("\x1A\x45\xDF\xA3 and more of it"),
                    contains("begins like no audio") && contains("ffmpeg -i FILE -f wav -"));
  CHECK_THROWS_WITH(piped(std::string("OggS").append(100, '\0')),
                    contains("standard input: is Ogg, but holds neither"));
  CHECK_THROWS_WITH(piped("RIFFxxxxWAVEfmt "), contains("cut off in its header"));
  CHECK_THROWS_WITH(piped(wav("", 0xFFFFFFFF)), contains("0 samples"));
  CHECK_THROWS_WITH(piped(wav("xxxx", 4, 65)), contains("65 channels"));
  CHECK_THROWS_WITH(piped("RIFFxxxxWAVEdataxxxx"), contains("no 'fmt ' chunk"));
  CHECK_THROWS_WITH(piped("RIFFxxxxWAVEjunk\xff\xff\xff\xff"), contains("a chunk of 429496729"));
  CHECK_THROWS_WITH(piped(little_endian(0x7FC00000, 4), RawFormat{8000, 1, RawEncoding::f32le}),
                    contains("nan instead of a sample"));
  CHECK_THROWS_WITH(piped("xx", RawFormat{8000, 65, RawEncoding::u8}), contains("65 channels"));
  CHECK_THROWS_WITH(piped("xx", RawFormat{999, 1, RawEncoding::u8}), contains("999 Hz"));
}

TEST_CASE("what is decoded back and forth comes through a pipe as from a file") {
  const TemporaryFolder folder;
  for (const int format :
       {SF_FORMAT_FLAC | SF_FORMAT_PCM_24, SF_FORMAT_OGG | SF_FORMAT_VORBIS,
        SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
        SF_FORMAT_CAF | SF_FORMAT_PCM_16, SF_FORMAT_AU | SF_FORMAT_PCM_16,
        SF_FORMAT_NIST | SF_FORMAT_PCM_16, SF_FORMAT_W64 | SF_FORMAT_PCM_16}) {
    INFO(std::hex << format);
    write_sndfile(folder / "a", {noise(2, 9000, 2, 0.5F), 48000}, format);
    CHECK(piped(read_bytes(folder / "a")) == read_audio(folder / "a").samples);
  }
}

TEST_CASE("what must be kept of a pipe has a bound, and a place that can be chosen") {
  const TemporaryFolder folder;
  write_sndfile(folder / "a", {noise(2, 9000), 8000}, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  const std::string flac = read_bytes(folder / "a");
  const auto read_with = [&](std::uint64_t most) {
    const Pipe pipe(flac);
    AudioStreamReader(pipe.end(), {.name = "standard input", .progress = {}, .most_kept = most});
  };
  CHECK_NOTHROW(read_with(flac.size()));
  CHECK_THROWS_WITH(read_with(flac.size() - 1),
                    contains("standard input: is longer than the ") && contains("as a file"));
  const auto before = std::distance(std::filesystem::directory_iterator(folder.path()), {});
  ::setenv("TMPDIR", folder.path().c_str(), 1);
  CHECK_NOTHROW(read_with(flac.size()));
  ::unsetenv("TMPDIR");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == before);
}

TEST_CASE("of a stream that ends early what came is taken, with a warning") {
  const std::string samples(200, 'x');
  const auto take = [](const std::string& bytes, std::string& warning) {
    const Pipe pipe(bytes);
    Diagnostics diagnostics([&](const Warning& of) { warning += of.message; });
    AudioStreamReader reader(pipe.end(), {.name = "standard input", .incomplete = &diagnostics});
    return read_all(reader, 1000).rows();
  };
  std::string warning;
  CHECK(take(wav(samples, 300), warning) == 100);
  CHECK(warning == "standard input: is cut off after 100 samples of 150, and these are taken");
  warning.clear();
  CHECK(take(wav(samples + "x", 0xFFFFFFFF), warning) == 100);
  CHECK_THAT(warning, contains("cut off after 100 samples"));
  warning.clear();
  CHECK(take(wav(samples, 200), warning) == 100);
  CHECK(warning.empty());
}

TEST_CASE("every prefix of a WAV is read as far as it goes or refused, and never believed") {
  const std::string whole = wav(std::string(40, 'x'), 40);
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK_THROWS_AS(piped(whole.substr(0, length)), AudioFileError);
}

TEST_CASE("waiting for a pipe that stays silent can be cancelled") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  int calls = 0;
  const auto cancel = [&](const Progress&) {
    return ++calls < 2 ? Answer::proceed : Answer::cancel;
  };
  CHECK_THROWS_AS(AudioStreamReader(ends[0], {"standard input", {}, cancel}), Cancelled);
  CHECK(calls == 2);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("what is written to a pipe is read back") {
  const Matrix samples = noise(3, 3000, 2);
  for (const SampleFormat format :
       {SampleFormat::pcm16, SampleFormat::pcm24, SampleFormat::float32}) {
    const TemporaryFolder folder;
    const int file = ::open((folder / "a.wav").c_str(), O_WRONLY | O_CREAT, 0600);
    AudioStreamWriter writer(file, {"", {}, 2, 44100}, {Container::wav, format});
    writer.write(samples.topRows(1000));
    writer.write(samples.bottomRows(2000));
    ::close(file);
    write_audio(folder / "b.wav", {samples, 44100}, {Container::wav, format});
    CHECK(read_audio(folder / "a.wav").samples == read_audio(folder / "b.wav").samples);
    CHECK(piped(read_bytes(folder / "a.wav")) == read_audio(folder / "b.wav").samples);
  }
}

TEST_CASE("the header of a WAV into a pipe says what the samples are, field by field") {
  const auto number = [](const std::string& bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = count - 1; i >= 0; --i)
      value = value << 8U | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
    return value;
  };
  const TemporaryFolder folder;
  for (const int channels : {1, 2, 6})
    for (const auto& [format, bytes] :
         {std::pair{SampleFormat::pcm16, 2U}, std::pair{SampleFormat::pcm24, 3U},
          std::pair{SampleFormat::float32, 4U}}) {
      const int file = ::open((folder / "a.wav").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      AudioStreamWriter(file, {"", {}, channels, 44100}, {Container::wav, format});
      ::close(file);
      const std::string header = read_bytes(folder / "a.wav");
      const bool is_float = format == SampleFormat::float32;
      REQUIRE(header.size() == (is_float ? 46 : 44));
      const unsigned frame = bytes * static_cast<unsigned>(channels);
      CHECK(number(header, 16, 4) == (is_float ? 18 : 16));
      CHECK(number(header, 20, 2) == (is_float ? 3 : 1));
      CHECK(number(header, 22, 2) == static_cast<unsigned>(channels));
      CHECK(number(header, 24, 4) == 44100);
      CHECK(number(header, 28, 4) == 44100 * frame);
      CHECK(number(header, 32, 2) == frame);
      CHECK(number(header, 34, 2) == 8 * bytes);
      CHECK(number(header, header.size() - 4, 4) == 0xFFFFFFFF);
    }
}

TEST_CASE("a writer counts what it limits, and refuses FLAC and what is no sample") {
  const int sink = ::open("/dev/null", O_WRONLY);
  AudioStreamWriter writer(sink, {"", {}, 1, 8000}, {Container::wav, SampleFormat::pcm16});
  writer.write(Matrix{{2.0F}, {0.5F}, {-3.0F}});
  CHECK(writer.clipped() == 2);
  CHECK_THROWS_AS(writer.write(Matrix::Constant(1, 1, NAN)), InvalidArgument);
  CHECK_THROWS_AS(writer.write(Matrix::Zero(1, 2)), InvalidArgument);
  CHECK_THROWS_AS(
      AudioStreamWriter(sink, {"", {}, 1, 8000}, {Container::flac, SampleFormat::pcm16}),
      InvalidArgument);
  ::close(sink);
}
