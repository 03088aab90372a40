// A line of flags, and what comes through the pipe: samples without a header, or WAV.
#include <unistd.h>

#include <array>
#include <cmath>
#include <iterator>
#include <memory>
#include <sstream>

#include "flags/flags.hpp"
#include "flags/input_flags.hpp"
#include "fuzz/target.hpp"
#include "nmfsep/audio/audio_stream.hpp"
#include "nmfsep/core/descriptor.hpp"
#include "nmfsep/core/errors.hpp"
#include "separate/memory_flags.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {
namespace {

/// The flags, declared once for many runs: that takes longer than all else here.
class StreamLine {
 public:
  struct Given {
    cli::InputFlags input;
    cli::MemoryFlags memory;
  };

  StreamLine() {
    flags_.input.add_to(app_);
    flags_.memory.add_to(app_);
  }

  const Given& parse(const std::string& line) {
    static const Given untouched;
    flags_ = untouched;
    std::istringstream stream("stream " + line);
    const std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
    std::vector<const char*> arguments;
    for (const std::string& word : words) arguments.push_back(word.c_str());
    app_.parse(static_cast<int>(arguments.size()), arguments.data());
    return flags_;
  }

 private:
  cli::Flags app_{"A stream", "stream"};
  Given flags_;
};

/// The parser remembers the flags of all that it ever parsed, so it must not grow old.
StreamLine& young_flags() {
  constexpr int oldest = 10000;  // runs
  static int age = 0;
  static std::unique_ptr<StreamLine> flags;
  if (age++ % oldest == 0) flags = std::make_unique<StreamLine>();
  return *flags;
}

/// The end of a pipe that all of `bytes` come through, as far as a pipe holds them unread.
Descriptor pipe_with(std::string_view bytes) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) ::_exit(125);
  const Descriptor writing(ends[1]);
  if (::write(writing.get(), bytes.data(), bytes.size()) < 0) ::_exit(125);
  return Descriptor(ends[0]);
}

void read_all(AudioSource& source, std::size_t bytes) {
  Matrix block(512, source.info().channels);
  Index frames = 0;
  for (Index got = block.rows(); got == block.rows(); frames += got) {
    got = source.read(block);
    if (!block.topRows(got).allFinite()) report_find("a sample is not finite");
  }
  const bool is_compressed = source.info().container == "FLAC" ||
                             source.info().container == "Ogg" || source.info().container == "MP3";
  if (!is_compressed && frames > static_cast<Index>(bytes))
    report_find("more frames than bytes came");
  if (source.info().length && frames != *source.info().length)
    report_find("not as many frames as promised");
}

void stream(const cli::InputFlags& flags, std::string_view bytes) {
  flags.validate(true);
  const Excerpt excerpt = flags.excerpt();
  const Descriptor pipe = pipe_with(bytes);
  AudioStreamReader reader(pipe.get(), {"pipe", flags.raw()});
  ExcerptSource source(reader, excerpt);
  read_all(source, bytes.size());
}

}  // namespace

std::vector<std::string> seeds() {
  const TemporaryFolder folder;
  std::vector<std::string> seeds{"", "--raw-rate 8000", "--raw-rate 0\n1", "--raw-channels 2\n12",
                                 "--max-memory 1.5G --block-frames 3 --start -1"};
  for (const std::string format : {"u8", "s16le", "s24le", "s32le", "f32le", "f64le"})
    seeds.push_back("--raw-rate 8000 --raw-channels 3 --raw-format " + format + "\n" +
                    std::string(48, '\x3f'));
  for (const SampleFormat format : {SampleFormat::pcm16, SampleFormat::float32}) {
    write_audio(folder / "sound", {noise(1, 100, 2, 0.5F), 8000}, {Container::wav, format});
    seeds.push_back("--start 0.001 --duration 0.01\n" + read_bytes(folder / "sound"));
  }
  return seeds;
}

}  // namespace nmfsep::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace nmfsep;
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const std::size_t end = std::min(input.find('\n'), size);
  const std::string line(input.substr(0, end));
  try {
    const test::StreamLine::Given& given = test::young_flags().parse(line);
    // Without the flag it asks the machine, which takes long and tells nothing here.
    SeparatorOptions options;
    if (line.find("--max") != std::string::npos) given.memory.apply_to(options, 1);
    test::stream(given.input, input.substr(std::min(end + 1, size)));
  } catch (const cli::UsageError&) {
  } catch (const InvalidArgument&) {
  } catch (const FileError&) {
  }
  return 0;
}
