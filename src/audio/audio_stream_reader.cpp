#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "audio/beginning.hpp"
#include "audio/pipe_end.hpp"
#include "audio/spool.hpp"
#include "audio/usable.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/audio_stream.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

using namespace std::literals;

constexpr Index pipe_length = 4096;

struct EncodingName {
  RawEncoding encoding;
  std::string_view name;
  std::size_t bytes;  ///< a sample
};
constexpr std::array<EncodingName, 6> encodings{{{RawEncoding::u8, "u8", 1},
                                                 {RawEncoding::s16le, "s16le", 2},
                                                 {RawEncoding::s24le, "s24le", 3},
                                                 {RawEncoding::s32le, "s32le", 4},
                                                 {RawEncoding::f32le, "f32le", 4},
                                                 {RawEncoding::f64le, "f64le", 8}}};

std::size_t bytes_of(RawEncoding encoding) {
  return encodings.at(static_cast<std::size_t>(encoding)).bytes;
}

/// An unsigned number of `count` bytes, little-endian.
std::uint64_t number(const char* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i > 0; --i)
    value = value << 8U | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

float decode(const char* bytes, RawEncoding encoding) {
  const std::size_t count = bytes_of(encoding);
  const std::uint64_t value = number(bytes, count);
  switch (encoding) {
    case RawEncoding::u8:
      return static_cast<float>(static_cast<int>(value) - 128) / 128;
    case RawEncoding::f32le:
      return std::bit_cast<float>(static_cast<std::uint32_t>(value));
    case RawEncoding::f64le:
      return static_cast<float>(std::bit_cast<double>(value));
    default: {
      // Left-justified, so that the sign is where an integer has it.
      const auto justified = static_cast<std::int32_t>(value << (32 - 8 * count));
      return static_cast<float>(justified) * 0x1p-31F;
    }
  }
}

/// Lengths that programs write which cannot go back to correct them: 0, or somewhat below 2 or 4
/// GiB, as 0x7FFFF000 in whole frames (SoX), 0x7FFFFFFF less a header of 44 (oggdec), 0xFFFFFFFF
/// (ffmpeg).
bool is_open_length(std::uint64_t bytes) {
  const auto is_just_below = [&](std::uint64_t limit) {
    return bytes <= limit && limit - bytes < 8192;
  };
  return bytes == 0 || is_just_below(std::uint64_t{1} << 31U) ||
         is_just_below(std::uint64_t{1} << 32U) ||
         bytes == std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

RawEncoding raw_encoding_from_string(std::string_view text) {
  for (const EncodingName& entry : encodings)
    if (text == entry.name) return entry.encoding;
  throw InvalidArgument(fmt::format(
      "raw format '{}', must be u8, s16le, s24le, s32le, f32le or f64le", printable(text)));
}

void RawFormat::validate() const {
  if (const std::string fault = fault_of({"raw", {}, channels, sample_rate}); !fault.empty())
    throw InvalidArgument(fmt::format("raw format {}", fault));
}

struct AudioStreamReader::State {
  PipeEnd pipe;
  AudioInfo info;
  RawEncoding encoding = RawEncoding::s16le;
  Index position = 0;             ///< samples read
  std::optional<Index> promised;  ///< samples in all, if the header can be held to it
  Diagnostics* incomplete;        ///< where there may be fewer
  std::vector<char> bytes;
  Matrix samples;                     ///< channels × samples
  std::unique_ptr<AudioReader> file;  ///< where the stream was taken to its end first

  State(int descriptor, Options options)
      : pipe(descriptor, std::move(options.name), std::move(options.progress)),
        incomplete(options.incomplete) {
    if (options.raw) {
      info = {"raw", {}, options.raw->channels, options.raw->sample_rate};
      encoding = options.raw->encoding;
    } else {
      read_header(options.most_kept);
    }
    if (file) return;
    if (const std::string fault = fault_of(info); !fault.empty()) pipe.fail(fault);
    bytes.resize(static_cast<std::size_t>(pipe_length * info.channels) * bytes_of(encoding));
  }

  std::string take(std::size_t count) {
    std::string result(count, '\0');
    if (pipe.read(result.data(), count) < count)
      pipe.fail(position == 0 && info.container.empty() ? "is empty, or too short to be audio"
                                                        : "is cut off in its header");
    return result;
  }

  void skip(std::uint64_t count) {
    constexpr std::uint64_t most = 1 << 26;  // no chunk before the audio has reason to be larger
    if (count > most) pipe.fail(fmt::format("has a chunk of {} bytes before its audio", count));
    for (std::uint64_t left = count; left > 0;) {
      const std::uint64_t part = std::min<std::uint64_t>(left, 1 << 16);
      take(static_cast<std::size_t>(part));
      left -= part;
    }
  }

  void read_header(std::uint64_t most_kept) {
    const std::string head = take(12);
    if (begins_like_file(head)) {
      file = std::make_unique<AudioReader>(spool(pipe, head, most_kept), pipe.name(), incomplete);
      info = file->info();
      return;
    }
    const bool is_rf64 = head.starts_with("RF64");
    if (!(is_rf64 || head.starts_with("RIFF")) || head.substr(8) != "WAVE")
      pipe.fail(
          "begins like no audio that this program reads; pipe WAV (ffmpeg -i FILE -f wav - makes "
          "it of "
          "nearly anything) or, with its rate, channels and format, samples without a header");
    info.container = is_rf64 ? "RF64" : "WAV";
    std::uint64_t long_size = 0;
    constexpr int most_chunks = 4096;
    for (int chunk = 0; chunk < most_chunks; ++chunk) {
      const std::string header = take(8);
      std::uint64_t size = number(header.data() + 4, 4);
      if (header.starts_with("data")) return begin_data(size == 0xFFFFFFFF ? long_size : size);
      if (size < 24 && header.starts_with("ds64")) pipe.fail("has a damaged 'ds64' chunk");
      if (header.starts_with("ds64")) long_size = number(take(24).data() + 8, 8), size -= 24;
      if (header.starts_with("fmt ")) size -= read_format(size);
      skip(size + size % 2);
    }
    pipe.fail("has no 'data' chunk; it is damaged");
  }

  /// How many bytes of the chunk were read.
  std::uint64_t read_format(std::uint64_t size) {
    if (size < 16) pipe.fail("has a damaged 'fmt ' chunk");
    const std::size_t used = size < 26 ? 16 : 26;
    const std::string format = take(used);
    const auto field = [&](std::size_t at, std::size_t count) {
      return number(format.data() + at, count);
    };
    const std::uint64_t kind = field(0, 2) == 0xFFFE && used == 26 ? field(24, 2) : field(0, 2);
    const std::uint64_t bits = field(14, 2);
    info.channels = static_cast<int>(field(2, 2));
    info.sample_rate = static_cast<int>(std::min<std::uint64_t>(field(4, 4), 1 << 30));
    for (const EncodingName& entry : encodings) {
      const bool is_float = entry.name.starts_with('f');
      if (kind != (is_float ? 3 : 1) || bits != 8 * entry.bytes) continue;
      encoding = entry.encoding;
      return used;
    }
    pipe.fail(
        fmt::format("holds WAV of kind {} with {} bits; integers of 8 to 32 bits and floats "
                    "can be piped",
                    kind, bits));
  }

  void begin_data(std::uint64_t size) {
    if (info.channels == 0) pipe.fail("has no 'fmt ' chunk before its audio");
    const auto sample_bytes = static_cast<std::uint64_t>(info.channels) * bytes_of(encoding);
    if (!is_open_length(size)) promised = static_cast<Index>(size / sample_bytes);
    if (incomplete == nullptr) info.length = promised;
  }

  void end_early(Index length) {
    const std::string cut = fmt::format("is cut off after {} samples", length);
    if (incomplete == nullptr)
      pipe.fail(
          cut +
          "; was its other end done? Pass --take-what-is-there to separate or train for what came");
    incomplete->warn(
        WarningCode::incomplete,
        promised ? fmt::format("{}: {} of {}, and these are taken", pipe.name(), cut, *promised)
                 : fmt::format("{}: {}, within one, and these are taken", pipe.name(), cut));
    promised = length;
  }

  /// Up to pipe_length samples a channel.
  Index read(Eigen::Ref<Matrix> block) {
    const Index wanted = promised ? std::min(block.rows(), *promised - position) : block.rows();
    const std::size_t sample_bytes = static_cast<std::size_t>(info.channels) * bytes_of(encoding);
    const std::size_t came =
        pipe.read(bytes.data(), static_cast<std::size_t>(wanted) * sample_bytes);
    const auto got = static_cast<Index>(came / sample_bytes);
    if (came % sample_bytes != 0 || (promised && got < wanted)) end_early(position + got);
    if (position + got == 0) pipe.fail("has no audio: 0 samples");
    samples.resize(info.channels, got);
    for (Index i = 0; i < samples.size(); ++i)
      samples.data()[i] =
          decode(bytes.data() + static_cast<std::size_t>(i) * bytes_of(encoding), encoding);
    if (const auto fault = fault_of(samples, position, info.sample_rate); !fault.empty())
      pipe.fail(fault);
    block.topRows(got) = samples.transpose();
    position += got;
    return got;
  }
};

AudioStreamReader::AudioStreamReader(int descriptor, Options options)
    : state_(std::make_unique<State>(descriptor, std::move(options))) {}

AudioStreamReader::~AudioStreamReader() = default;

std::string AudioStreamReader::name() const { return state_->pipe.name(); }

const AudioInfo& AudioStreamReader::info() const { return state_->info; }

AudioTags AudioStreamReader::tags() const {
  return state_->file ? state_->file->tags() : AudioTags{};
}

Index AudioStreamReader::read(Eigen::Ref<Matrix> block) {
  if (state_->file) return state_->file->read(block);
  Index done = 0;
  while (done < block.rows()) {
    const Index wanted = std::min(pipe_length, block.rows() - done);
    const Index got = state_->read(block.middleRows(done, wanted));
    done += got;
    if (got < wanted) break;
  }
  return done;
}

}  // namespace nmfsep
