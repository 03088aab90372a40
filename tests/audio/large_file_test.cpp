// WAV beyond 4 GiB, on a disk that need not have room for it: what was written becomes a hole.
#include <fcntl.h>

#include "nmfsep/core/descriptor.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/float_wav.hpp"
#include "support/sanitizers.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

constexpr Index channels = 16;
constexpr Index block_frames = 1 << 18;
constexpr Index block_bytes = 4 * channels * block_frames;  // 16 MiB
constexpr Index header_bytes = 1 << 16;                     // more than a header takes

/// Gives the disk back what the file has between its header and `end`.
bool punch_hole(const std::filesystem::path& path, Index end) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return ::fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, header_bytes,
                     end - header_bytes) == 0;
}

/// Writes `blocks` of zeros, then one of noise, which it answers. Nothing where files cannot have
/// holes.
Matrix write_mostly_hole(const std::filesystem::path& path, Index blocks) {
  PendingFile output(path, Overwrite::refuse);
  const std::filesystem::path temporary = output.temporary();
  AudioWriter writer(std::move(output), channels, 48000, {});
  const Matrix zeros = Matrix::Zero(block_frames, channels);
  for (Index i = 1; i <= blocks; ++i) {
    writer.write(zeros);
    if (i % 8 == 0 && !punch_hole(temporary, i * block_bytes)) return {};
  }
  Matrix last = noise(1, block_frames, channels);
  writer.write(last);
  writer.commit();
  return last;
}

}  // namespace

TEST_CASE("WAV becomes RF64 as soon as it is larger than 4 GiB, and not before") {
  if (is_sanitized) NMFSEP_SKIP("takes a minute under sanitizers");
  const TemporaryFolder folder;
  for (const Index blocks : {254, 256}) {
    const auto path = folder / std::to_string(blocks);
    const Matrix last = write_mostly_hole(path, blocks);
    if (last.size() == 0) NMFSEP_SKIP("files have no holes here");
    const auto frames = (blocks + 1) * block_frames;
    FloatWav wav(path);
    CHECK(wav.kind == (blocks == 256 ? "RF64" : "RIFF"));
    CHECK(wav.riff_bytes + 8 == std::filesystem::file_size(path));
    CHECK(wav.data_bytes == static_cast<std::uint64_t>((blocks + 1) * block_bytes));
    CHECK(wav.frame_count == static_cast<std::uint64_t>(frames));
    CHECK(wav.channels == channels);
    CHECK((wav.frames_from(blocks * block_frames, block_frames) == last));
    const AudioReader reader(path);
    CHECK(reader.info().container == (blocks == 256 ? "RF64" : "WAV"));
    CHECK(reader.info().length == frames);
  }
}
