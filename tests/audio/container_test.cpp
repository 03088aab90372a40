// Files that are not what they say, or not audio at all: every one is refused by an AudioFileError
// that names it, and none is waited for.
#include <sndfile.h>
#include <sys/stat.h>

#include "audio/sndfile_writer.hpp"
#include "nmfsep/core/errors.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// `bytes` with those behind the first `marker` replaced, from `offset` on, counted from its start.
std::string patched(std::string bytes, const std::string& marker, std::size_t offset,
                    const std::string& replacement) {
  const std::size_t found = bytes.find(marker);
  REQUIRE(found != std::string::npos);
  return bytes.replace(found + offset, replacement.size(), replacement);
}

std::string random_bytes(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  std::string bytes(count, 0);
  for (char& byte : bytes) byte = static_cast<char>(random.below(256));
  return bytes;
}

/// The bytes of 1000 frames of stereo noise in one of libsndfile's formats.
std::string sample_file(int format) {
  TemporaryFolder folder;
  write_sndfile(folder / "sample", {noise(1, 1000, 2, 0.5F), 44100}, format);
  return read_bytes(folder / "sample");
}

const std::string& wav() {
  static const std::string bytes = sample_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16);
  return bytes;
}

using namespace std::string_literals;

}  // namespace

TEST_CASE("what is not audio is refused, whatever its name ends in") {
  TemporaryFolder folder;
  const auto refused = [&](const std::string& name, const std::string& bytes) {
    write_bytes(folder / name, bytes);
    CHECK_THROWS_WITH(AudioReader(folder / name),
                      contains("'" + (folder / name).string() + "'") && contains("not audio"));
  };
  for (const char* name : {"x.vox", "x.wav", "x.flac", "x.mp3", "x.gsm", "x.raw"})
    for (std::uint64_t seed = 0; seed < 100; ++seed) refused(name, random_bytes(seed, 200));
  refused("text.wav", "The quick brown fox jumps over the lazy dog, again and again.");
  refused("riff.wav", "RIFF\x24\0\0\0AVI LIST"s);
  refused("sync.mp3", "\xFF\xFB\x90\x64" + std::string(1000, 'x'));
  refused("tag.mp3", "ID3\x04\0\0\0\0\x01\0"s + random_bytes(1, 500));
  for (const int format : {SF_FORMAT_WAV, SF_FORMAT_W64, SF_FORMAT_AIFF})
    for (std::size_t length = 1; length < 12; ++length)
      refused("short.wav", sample_file(format | SF_FORMAT_PCM_16).substr(0, length));
  CHECK_THROWS_WITH((write_bytes(folder / "empty", ""), AudioReader(folder / "empty")),
                    contains("is empty"));
}

TEST_CASE("a missing file, a folder, a pipe and a device are refused without waiting") {
  TemporaryFolder folder;
  CHECK_THROWS_WITH(AudioReader(folder / "absent.wav"),
                    contains("absent.wav") && contains("No such file"));
  CHECK_THROWS_WITH(AudioReader(folder.path()), contains("is a folder"));
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(AudioReader(folder / "pipe"), contains("not a regular file"));
  CHECK_THROWS_WITH(AudioReader("/dev/zero"), contains("not a regular file"));
}

TEST_CASE("a header that lies is refused") {
  struct Lie {
    const char* description;
    std::string bytes;
    const char* message;
  };
  const std::string rf64 = sample_file(SF_FORMAT_RF64 | SF_FORMAT_PCM_16);
  const std::string w64 = sample_file(SF_FORMAT_W64 | SF_FORMAT_PCM_16);
  const std::string aiff = sample_file(SF_FORMAT_AIFF | SF_FORMAT_PCM_16);
  const std::string flac = sample_file(SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  const std::string au = sample_file(SF_FORMAT_AU | SF_FORMAT_PCM_16);
  const std::string caf = sample_file(SF_FORMAT_CAF | SF_FORMAT_PCM_16);
  const std::string sphere = sample_file(SF_FORMAT_NIST | SF_FORMAT_PCM_16);
  const std::string empty_chunks = [] {
    std::string bytes = "RIFF\0\0\1\0WAVE"s;
    for (int i = 0; i < 100000; ++i) bytes += "none\0\0\0\0"s;
    return bytes;
  }();
  const Lie lies[] = {
      {"more bytes than there are", patched(wav(), "data", 4, "\xA1\x0F\0\0"s), "4001 bytes"},
      {"gigabytes", patched(wav(), "data", 4, "\0\0\0\xF0"s), "4026531840 bytes"},
      {"no bytes", patched(wav(), "data", 4, "\0\0\0\0"s), "0 bytes"},
      {"no data chunk", patched(wav(), "data", 0, "none"), "no 'data' chunk"},
      {"no format chunk", patched(wav(), "fmt ", 0, "none"), ""},
      {"format behind data", patched(wav(), "fmt ", 0, "data"), ""},
      {"0 channels", patched(wav(), "fmt ", 10, "\0\0"s), ""},
      {"1023 channels", patched(wav(), "fmt ", 10, "\xFF\x03"s), ""},
      {"65535 channels", patched(wav(), "fmt ", 10, "\xFF\xFF"s), ""},
      {"0 Hz", patched(wav(), "fmt ", 12, "\0\0\0\0"s), ""},
      {"10 Hz", patched(wav(), "fmt ", 12, "\x0A\0\0\0"s), "10 Hz"},
      {"-1 Hz", patched(wav(), "fmt ", 12, "\xFF\xFF\xFF\xFF"s), ""},
      {"0 bits", patched(wav(), "fmt ", 22, "\0\0"s), ""},
      {"unknown coding", patched(wav(), "fmt ", 8, "\x99\x99"s), ""},
      {"a hundred thousand empty chunks", empty_chunks, "no 'data' chunk"},
      {"a chunk of 4 GiB first", patched(wav(), "fmt ", 4, "\xFF\xFF\xFF\xFF"s), "no 'data'"},
      {"RF64 without sizes", patched(rf64, "ds64", 0, "none"), "no 'ds64' chunk"},
      {"RF64 with 2^63 bytes", patched(rf64, "ds64", 23, "\x80"), "9223372036854779808 bytes"},
      {"W64 with more bytes", patched(w64, "data\xF3", 20, "\x01"), "bytes"},
      {"W64 with 2^64 bytes", patched(w64, "data\xF3", 16, std::string(8, '\xFF')), "bytes"},
      {"W64 with a chunk of 2^64", patched(w64, "fmt ", 16, std::string(8, '\xFF')), "no 'data'"},
      {"AIFF with more bytes", patched(aiff, "SSND", 6, "\xFF"), "bytes"},
      {"AIFF with no bytes", patched(aiff, "SSND", 4, "\0\0\0\0"s), "0 bytes"},
      {"AIFF with more frames", patched(aiff, "COMM", 11, "\x01"), "bytes"},
      {"AIFF with 0 channels", patched(aiff, "COMM", 8, "\0\0"s), ""},
      {"FLAC with 2^36 frames", patched(flac, "fLaC", 21, "\xFF\xFF\xFF\xFF\xFF"), "promises"},
      {"FLAC at 0 Hz", patched(flac, "fLaC", 18, "\0\0\x02"s), ""},
      {"AU with more bytes", patched(au, ".snd", 8, "\0\1\0\0"s), "65536 bytes"},
      {"AU with no bytes", patched(au, ".snd", 8, "\0\0\0\0"s), "0 bytes"},
      {"AU whose audio begins beyond its end", patched(au, ".snd", 4, "\x7F"), "0 are there"},
      {"cut AU", au.substr(0, au.size() - 1), "cut off"},
      {"cut CAF", caf.substr(0, caf.size() - 1), "cut off"},
      {"CAF without audio", patched(caf, "data", 0, "none"), "no 'data' chunk"},
      {"cut SPHERE", sphere.substr(0, sphere.size() - 1), "cut off"},
      {"SPHERE with an endless count", patched(sphere, "sample_count -i ", 16, "999999999999"),
       "bytes"},
      {"SPHERE without a count", patched(sphere, "sample_count", 0, "simple_count"), "0 bytes"},
      {"SPHERE's first line alone", "NIST_1A\n", "0 bytes"},
      {"shortened SPHERE", patched(sphere, "sample_coding", 20, "embedded-shorten"), "shorten"},
      {"FLAC without STREAMINFO", flac.substr(0, 4), ""},
  };
  TemporaryFolder folder;
  const std::string path = (folder / "lie").string();
  for (const Lie& lie : lies) {
    INFO(lie.description);
    write_bytes(path, lie.bytes);
    CHECK_THROWS_AS(read_audio(path), AudioFileError);
    CHECK_THROWS_WITH(read_audio(path), contains("'" + path + "'") && contains(lie.message));
  }
}

TEST_CASE("a file without a length, as programs write into a pipe, is as long as it is") {
  TemporaryFolder folder;
  const auto frames = [&](const std::string& bytes) {
    write_bytes(folder / "piped", bytes);
    return read_audio(folder / "piped").length();
  };
  CHECK(frames(patched(wav(), "data", 4, "\xFF\xFF\xFF\xFF"s)) == 1000);
  CHECK(frames(patched(wav(), "data", 4, "\0\xF0\xFF\x7F"s)) == 1000);
  const std::string au = sample_file(SF_FORMAT_AU | SF_FORMAT_PCM_16);
  CHECK(frames(patched(au, ".snd", 8, "\xFF\xFF\xFF\xFF")) == 1000);
  const std::string flac = sample_file(SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  CHECK(frames(patched(flac, "fLaC", 22, "\0\0\0\0"s)) == 1000);
}

TEST_CASE("a tag before FLAC does not hide it, nor damage behind it") {
  TemporaryFolder folder;
  const std::string flac = sample_file(SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  const std::string tag = "ID3\x04\0\0\0\0\x07\x68"s + std::string(1000, '\0');
  write_bytes(folder / "plain", flac);
  write_bytes(folder / "tagged", tag + flac);
  CHECK(AudioReader(folder / "tagged").info().container == "FLAC");
  CHECK(read_audio(folder / "tagged").samples == read_audio(folder / "plain").samples);
  CHECK(container_like(folder / "tagged") == Container::flac);
  std::string damaged = tag + flac;
  damaged[tag.size() + 26] ^= 1;  // of the MD5
  write_bytes(folder / "damaged", damaged);
  CHECK_THROWS_AS(read_audio(folder / "damaged"), AudioFileError);
  write_bytes(folder / "cut", (tag + flac).substr(0, tag.size() + flac.size() / 2));
  CHECK_THROWS_AS(read_audio(folder / "cut"), AudioFileError);
}

TEST_CASE("a tag before an MP3 does not hide it") {
  TemporaryFolder folder;
  const std::string mp3 = sample_file(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III);
  write_bytes(folder / "plain", mp3);
  write_bytes(folder / "tagged", "ID3\x04\0\0\0\0\x07\x68"s + std::string(1000, '\0') + mp3);
  CHECK(AudioReader(folder / "tagged").info().container == "MP3");
  CHECK(read_audio(folder / "tagged").samples == read_audio(folder / "plain").samples);
}
