// Bytes as an audio file.
#include <algorithm>

#include "fuzz/memory_file.hpp"
#include "fuzz/target.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/core/errors.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/hostile_audio.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {

std::vector<std::string> seeds() {
  std::vector<std::string> seeds;
  for (const HostileFile& file : hostile_audio()) seeds.push_back(file.bytes.substr(0, 500));
  const TemporaryFolder folder;
  const AudioBuffer sound{noise(1, 100, 2, 0.5F), 8000};
  for (const AudioFormat format : {AudioFormat{Container::wav, SampleFormat::pcm16},
                                   AudioFormat{Container::wav, SampleFormat::float32},
                                   AudioFormat{Container::flac, SampleFormat::pcm24}}) {
    write_audio(folder / "sound", sound, format);
    seeds.push_back(read_bytes(folder / "sound"));
  }
  return seeds;
}

}  // namespace nmfsep::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nmfsep;
  const test::MemoryFile file({reinterpret_cast<const char*>(bytes), size});
  try {
    AudioReader reader(file.path());
    Matrix block(4096, reader.info().channels);
    // Compressed silence can be long by right.
    for (int i = 0; i < 64 && reader.read(block) == block.rows(); ++i)
      if (!block.allFinite()) test::report_find("a sample is not finite");
  } catch (const FileError&) {
  }
  return 0;
}
