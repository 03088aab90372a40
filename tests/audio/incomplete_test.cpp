// Recordings that are shorter than their headers say: refused, or taken as far as they go.
#include <ios>

#include "nmfsep/core/errors.hpp"
#include "sndfile_writer.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// All samples that AudioReader takes of a recording that may lack some, and its warnings.
struct Taken {
  Matrix samples;
  std::vector<Warning> warnings;
};

Taken take(const std::filesystem::path& path) {
  Diagnostics diagnostics;
  AudioReader reader(path, &diagnostics);
  Matrix samples(reader.info().length.value() + 10, reader.info().channels);
  samples.conservativeResize(reader.read(samples), Eigen::NoChange);
  CHECK(samples.rows() == reader.info().length);
  return {samples, diagnostics.warnings()};
}

const AudioBuffer whole{noise(1, 24000, 2, 0.5F), 8000};  // 3 s

}  // namespace

TEST_CASE("of a recording that is cut off what is there is taken, with both lengths in a warning") {
  const TemporaryFolder folder;
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_FLOAT,
                           SF_FORMAT_RF64 | SF_FORMAT_PCM_24, SF_FORMAT_W64 | SF_FORMAT_PCM_16,
                           SF_FORMAT_AIFF | SF_FORMAT_PCM_16, SF_FORMAT_AU | SF_FORMAT_PCM_16,
                           SF_FORMAT_NIST | SF_FORMAT_PCM_16, SF_FORMAT_CAF | SF_FORMAT_PCM_16,
                           SF_FORMAT_CAF | SF_FORMAT_FLOAT, SF_FORMAT_FLAC | SF_FORMAT_PCM_16}) {
    INFO(std::hex << format);
    write_sndfile(folder / "whole", whole, format);
    const Matrix expected = read_audio(folder / "whole").samples;
    const std::string bytes = read_bytes(folder / "whole");
    write_bytes(folder / "cut", bytes.substr(0, 2 * bytes.size() / 3));
    CHECK_THROWS_WITH(read_audio(folder / "cut"),
                      contains("cut off") && contains("--take-what-is-there"));
    const Taken taken = take(folder / "cut");
    CHECK(taken.samples.rows() > 11000);  // whole blocks of FLAC
    CHECK(taken.samples.rows() < 18000);
    CHECK(taken.samples == expected.topRows(taken.samples.rows()));
    REQUIRE(taken.warnings.size() == 1);
    CHECK(taken.warnings[0].code == WarningCode::incomplete);
    CHECK_THAT(taken.warnings[0].message,
               contains("cut'") && contains("of the 3.00 s that its header promises the first") &&
                   (contains(" 1.9") || contains(" 2.0") || contains(" 1.5")));
  }
  CHECK(to_string(WarningCode::incomplete) == "incomplete");
}

TEST_CASE("of lossy recordings that are cut off what decodes is taken, and a warning says so") {
  const TemporaryFolder folder;
  for (const int format : {SF_FORMAT_OGG | SF_FORMAT_VORBIS, SF_FORMAT_OGG | SF_FORMAT_OPUS,
                           SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}) {
    INFO(std::hex << format);
    write_sndfile(folder / "whole", whole, format);
    const std::string bytes = read_bytes(folder / "whole");
    write_bytes(folder / "cut", bytes.substr(0, 2 * bytes.size() / 3));
    CHECK_THROWS_WITH(read_audio(folder / "cut"),
                      contains("is cut off") && contains("--take-what-is-there"));
    const Taken taken = take(folder / "cut");
    CHECK(taken.samples.rows() > 4000);
    CHECK(taken.samples.rows() < 24000);
    REQUIRE(taken.warnings.size() == 1);
    CHECK_THAT(taken.warnings[0].message, contains("is cut off"));
  }
}

TEST_CASE(
    "a CAF of ALAC is read whole, and a cut one is refused, since its end says how to read it") {
  const TemporaryFolder folder;
  write_sndfile(folder / "exact", whole, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
  write_sndfile(folder / "whole", whole, SF_FORMAT_CAF | SF_FORMAT_ALAC_16);
  CHECK(read_audio(folder / "whole").samples == read_audio(folder / "exact").samples);
  const std::string bytes = read_bytes(folder / "whole");
  for (std::size_t length = 100; length < bytes.size() - 100; length += 500) {
    INFO(length);
    write_bytes(folder / "cut", bytes.substr(0, length));
    CHECK_THROWS_AS(read_audio(folder / "cut"), AudioFileError);
    CHECK_THROWS_AS(take(folder / "cut"), AudioFileError);
  }
  write_bytes(folder / "cut", bytes.substr(0, bytes.size() / 2));
  CHECK_THROWS_WITH(take(folder / "cut"),
                    contains("how to read them stood at its end; get the whole "
                             "file again") &&
                        !contains("--take-what-is-there"));
}

/// The bytes of `whole` as WAV, or as RIFX, with these lengths of the file and of the data, in the
/// container's order of bytes.
std::string wav_of_lengths(const TemporaryFolder& folder, int format, const std::string& file,
                           const std::string& data) {
  write_sndfile(folder / "whole", whole, format);
  std::string bytes = read_bytes(folder / "whole");
  bytes.replace(4, 4, file);
  return bytes.replace(bytes.find("data") + 4, 4, data);
}

TEST_CASE("of a WAV whose recorder could not end, all that is there is taken, and it is said") {
  const TemporaryFolder folder;
  const std::string none(4, '\0');
  const std::string header_alone = std::string("\x24\0\0\0", 4);
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_PCM_24,
                           SF_FORMAT_WAV | SF_ENDIAN_BIG | SF_FORMAT_PCM_16})
    for (const std::string& file : {none, header_alone}) {
      if (file != none && (format & SF_FORMAT_ENDMASK) != 0) continue;
      INFO(std::hex << format);
      write_bytes(folder / "died", wav_of_lengths(folder, format, file, none));
      CHECK_THROWS_WITH(read_audio(folder / "died"),
                        contains("promises no audio and") && contains("--take-what-is-there"));
      const Taken taken = take(folder / "died");
      CHECK(taken.samples == read_audio(folder / "whole").samples);
      REQUIRE(taken.warnings.size() == 1);
      CHECK(taken.warnings[0].code == WarningCode::incomplete);
      CHECK_THAT(taken.warnings[0].message,
                 contains("never completed; 3.00 s are there, and are taken"));
    }
}

TEST_CASE("a WAV that is ended and has no audio is refused, whatever lies behind its data") {
  const TemporaryFolder folder;
  write_sndfile(folder / "whole", whole, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
  std::string bytes = read_bytes(folder / "whole");
  bytes.replace(bytes.find("data") + 4, 4, 4, '\0');  // and the file's length is right
  write_bytes(folder / "empty", bytes);
  CHECK_THROWS_WITH(take(folder / "empty"), contains("promises 0 bytes"));
}

TEST_CASE("a whole recording is taken as ever, without a warning") {
  const TemporaryFolder folder;
  for (const int format :
       {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
        SF_FORMAT_OGG | SF_FORMAT_VORBIS, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}) {
    INFO(std::hex << format);
    write_sndfile(folder / "whole", whole, format);
    const Taken taken = take(folder / "whole");
    CHECK(taken.samples == read_audio(folder / "whole").samples);
    CHECK(taken.warnings.empty());
  }
}

TEST_CASE("a recording without a single sample is refused all the same") {
  const TemporaryFolder folder;
  write_sndfile(folder / "whole", whole, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
  const std::string bytes = read_bytes(folder / "whole");
  write_bytes(folder / "cut", bytes.substr(0, bytes.find("data") + 8));
  CHECK_THROWS_AS(take(folder / "cut"), AudioFileError);
  write_sndfile(folder / "whole", whole, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  for (const std::size_t length : {4U, 20U, 42U, 60U}) {
    write_bytes(folder / "cut", read_bytes(folder / "whole").substr(0, length));
    CHECK_THROWS_AS(take(folder / "cut"), AudioFileError);
  }
}

TEST_CASE("a FLAC with a damaged sample is refused, whether or not some may be missing") {
  const TemporaryFolder folder;
  write_sndfile(folder / "whole", whole, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  std::string bytes = read_bytes(folder / "whole");
  bytes[18 + 8] = static_cast<char>(bytes[18 + 8] ^ 1);  // of its MD5
  write_bytes(folder / "damaged", bytes);
  CHECK_THROWS_WITH(read_audio(folder / "damaged"), contains("MD5"));
  CHECK_THROWS_WITH(take(folder / "damaged"), contains("MD5"));
}
