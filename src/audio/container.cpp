// What a file's first bytes say that it is, and whether it is all there. Codecs shorten what a
// header declares to what the file holds without a word, so the sizes are compared here.
#include "audio/container.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

#include "audio/beginning.hpp"
#include "audio/mpeg_frame.hpp"
#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/file_names.hpp"

namespace nmfsep {
namespace {

using namespace std::literals;

/// An unsigned number stored in all of `bytes`.
std::uint64_t number(std::string_view bytes, std::endian order) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t at = order == std::endian::big ? i : bytes.size() - 1 - i;
    value = value << 8U | static_cast<unsigned char>(bytes[at]);
  }
  return value;
}

/// How a container strings chunks together.
struct ChunkLayout {
  std::size_t id_bytes;
  std::size_t size_bytes;
  std::endian order;
  bool size_counts_header;
  std::uint64_t alignment;
};

constexpr ChunkLayout riff_layout{4, 4, std::endian::little, false, 2};
constexpr ChunkLayout rifx_layout{4, 4, std::endian::big, false, 2};  // also AIFF's
constexpr ChunkLayout w64_layout{16, 8, std::endian::little, true, 8};

constexpr ChunkLayout caf_layout{4, 8, std::endian::big, false, 1};

constexpr auto w64_riff = "riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00"sv;
constexpr auto w64_wave = "wave\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A"sv;
constexpr auto w64_data = "data\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A"sv;

struct Chunk {
  std::uint64_t body;  ///< offset of the content
  std::uint64_t size;  ///< declared bytes of content
};

/// The first chunk called `id` from offset `start` on. Throws when there is none.
Chunk find_chunk(PosixFile& file, const ChunkLayout& layout, std::uint64_t start,
                 std::string_view id) {
  constexpr int most_chunks = 4096;  // so that a file of empty chunks is not walked for minutes
  const auto file_size = static_cast<std::uint64_t>(file.size());
  const std::uint64_t header = layout.id_bytes + layout.size_bytes;
  for (int chunk = 0; chunk < most_chunks; ++chunk) {
    const std::string bytes = file.bytes_at(start, header);
    if (bytes.size() < header) break;
    std::uint64_t size = number(std::string_view(bytes).substr(layout.id_bytes), layout.order);
    if (layout.size_counts_header) size -= std::min(size, header);
    if (bytes.starts_with(id)) return {start + header, size};
    if (size > file_size) break;
    const std::uint64_t end = start + header + size;
    start = (end + layout.alignment - 1) / layout.alignment * layout.alignment;
  }
  file.fail(fmt::format("has no '{}' chunk; it is damaged or cut off", id.substr(0, 4)));
}

/// A number of so many bytes, as it is stored.
std::string stored(std::uint64_t value, std::size_t bytes, std::endian order) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i, value >>= 8U)
    text[order == std::endian::little ? i : bytes - 1 - i] = static_cast<char>(value & 0xFFU);
  return text;
}

std::uint64_t held_from(PosixFile& file, std::uint64_t offset) {
  const auto size = static_cast<std::uint64_t>(file.size());
  return size - std::min(size, offset);
}

/// Throws unless the file holds the audio that `chunk` declares, or the extent tells of it instead.
void check_complete(PosixFile& file, const Chunk& chunk, Extent& extent) {
  const std::uint64_t held = held_from(file, chunk.body);
  if (extent.may_lack && held > 0 && chunk.size > held) {
    extent.lacks = true;
    extent.share = static_cast<double>(held) / static_cast<double>(chunk.size);
    return;
  }
  if (chunk.size > held)
    file.fail(fmt::format("is cut off: its header promises {} bytes of audio and {} are there; {}",
                          chunk.size, held, incomplete_remedy));
  if (chunk.size == 0) file.fail("has no audio: its header promises 0 bytes of it");
}

/// Programs that write to a pipe cannot go back to fill in the length: they leave 2³² − 1 (FFmpeg
/// and others) or 2³¹ − 4096 (SoX). Such a file promises nothing and is taken as long as it is.
bool is_length_unknown(std::uint64_t size) { return size == 0xFFFFFFFF || size == 0x7FFFF000; }

/// A recorder that could not end leaves both lengths as they were in the beginning: that of the
/// data is 0, and that of the whole ends before the data. The codec then reads the length that is
/// there.
bool take_unended(PosixFile& file, const ChunkLayout& layout, const Chunk& data, Extent& extent) {
  const std::uint64_t whole = 8 + number(file.bytes_at(4, 4), layout.order);
  const std::uint64_t held = held_from(file, data.body);
  if (data.size != 0 || held == 0 || whole > data.body) return false;
  if (!extent.may_lack)
    file.fail(
        fmt::format("is without an end: its header promises no audio and {} bytes are there; {}",
                    held, incomplete_remedy));
  extent = {.may_lack = true, .lacks = true, .unended = true, .share = 0};
  file.pretend(data.body - 4, stored(std::min<std::uint64_t>(held, 0xFFFFFFFF), 4, layout.order));
  return true;
}

void check_wav(PosixFile& file, const ChunkLayout& layout, Extent& extent) {
  Chunk data = find_chunk(file, layout, 12, "data");
  if (take_unended(file, layout, data, extent)) return;
  if (is_length_unknown(data.size)) data.size = file.size() - data.body;
  check_complete(file, data, extent);
}

void check_rf64(PosixFile& file, Extent& extent) {
  const Chunk sizes = find_chunk(file, riff_layout, 12, "ds64");
  Chunk data = find_chunk(file, riff_layout, sizes.body + sizes.size, "data");
  if (data.size == 0xFFFFFFFF)
    data.size = number(file.bytes_at(sizes.body + 8, 8), std::endian::little);
  check_complete(file, data, extent);
}

/// The common chunk holds channels (2 bytes), frames (4) and bits a sample (2); the sound chunk 8
/// bytes and then the samples, which only AIFC may compress.
void check_aiff(PosixFile& file, bool is_aifc, Extent& extent) {
  Chunk sound = find_chunk(file, rifx_layout, 12, "SSND");
  check_complete(file, sound, extent);
  if (is_aifc) return;
  const std::string common = file.bytes_at(find_chunk(file, rifx_layout, 12, "COMM").body, 8);
  const auto field = [&](std::size_t at, std::size_t bytes) {
    return number(std::string_view(common).substr(std::min(at, common.size()), bytes),
                  std::endian::big);
  };
  sound.body += 8;
  sound.size = field(2, 4) * field(0, 2) * ((field(6, 2) + 7) / 8);
  check_complete(file, sound, extent);
}

/// A magic word, then 32-bit numbers: where the audio begins, its bytes or 2³² − 1.
void check_au(PosixFile& file, std::string_view head, std::endian order, Extent& extent) {
  Chunk audio{number(head.substr(4, 4), order), number(head.substr(8, 4), order)};
  if (audio.size == 0xFFFFFFFF)
    audio.size = file.size() - std::min<std::uint64_t>(file.size(), audio.body);
  check_complete(file, audio, extent);
}

/// The last chunk alone may leave its size open, as −1. libsndfile takes none that is longer than
/// the file. Its description has the bytes of a packet behind the rate (8 bytes), format and flags
/// (4 each); 0 of them where a table at the end says how long each packet is (ALAC).
void check_caf(PosixFile& file, Extent& extent) {
  Chunk data = find_chunk(file, caf_layout, 8, "data");
  if (data.size == ~std::uint64_t{0}) data.size = file.size() - data.body;
  check_complete(file, data, extent);
  if (!extent.lacks) return;
  const Chunk description = find_chunk(file, caf_layout, 8, "desc");
  if (number(file.bytes_at(description.body + 16, 4), caf_layout.order) == 0)
    file.fail(fmt::format(
        "is cut off: of the {} bytes of audio that its header promises {} are there, and "
        "how to read them stood at its end; get the whole file again",
        data.size, held_from(file, data.body)));
  file.pretend(data.body - 8, stored(held_from(file, data.body), 8, caf_layout.order));
}

/// The number behind "NAME -i " in a SPHERE header, which is lines of text; 0 where there is none.
std::uint64_t sphere_number(std::string_view header, std::string_view name) {
  const std::size_t at = header.find(fmt::format("\n{} -i ", name));
  if (at == std::string_view::npos) return 0;
  std::uint64_t value = 0;
  for (const char digit : header.substr(at + name.size() + 5, 12)) {
    if (digit < '0' || digit > '9') break;
    value = 10 * value + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

/// Its second line is the length of the header.
void check_sphere(PosixFile& file, Extent& extent) {
  constexpr std::size_t usual_header = 1024;
  const std::string header = file.bytes_at(0, usual_header);
  if (header.find("shorten") != std::string::npos)
    file.fail("is NIST SPHERE compressed by shorten, which is not read; convert it: " +
              conversion_command(file.path()));
  check_complete(file,
                 {usual_header, sphere_number(header, "sample_count") *
                                    sphere_number(header, "channel_count") *
                                    sphere_number(header, "sample_n_bytes")},
                 extent);
}

/// The last Ogg page must be whole and be marked as the last (RFC 3533, section 6).
void check_ogg(PosixFile& file, std::string_view head, Extent& extent) {
  const std::string_view codec = head.substr(28);  // behind the header of a page of one packet
  if (!codec.starts_with("\x01vorbis") && !codec.starts_with("OpusHead") &&
      !codec.starts_with("\x7F"
                         "FLAC"))
    file.fail("is Ogg, but holds neither Vorbis, Opus nor FLAC; convert it first");
  constexpr std::size_t largest_page = 27 + 255 + 255 * 255;
  const auto size = static_cast<std::uint64_t>(file.size());
  const std::string tail =
      file.bytes_at(size - std::min<std::uint64_t>(size, largest_page), largest_page);
  const std::string_view page =
      std::string_view(tail).substr(std::min(tail.rfind("OggS"), tail.size()));
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(page[at]); };
  // A header of 27 bytes, the last of them the number of segments; their sizes; the segments.
  const bool has_sizes = page.size() >= 27 && page.size() >= 27U + byte(26);
  std::size_t length = 27;
  if (has_sizes)
    for (std::size_t segment = 27; segment < 27U + byte(26); ++segment) length += 1 + byte(segment);
  const bool is_last = has_sizes && page.size() >= length && (byte(5) & 4U) != 0;
  if (is_last) return;
  if (!extent.may_lack)
    file.fail(fmt::format("is cut off: its last Ogg page is missing or incomplete; {}",
                          incomplete_remedy));
  extent.lacks = true;
  extent.share = 0;
}

/// Whether there are two MPEG frames in a row: one alone is too likely in other data.
bool is_mp3(PosixFile& file, std::uint64_t start) {
  const auto frame = parse_mpeg_frame(file.bytes_at(start, 4));
  if (!frame) return false;
  return parse_mpeg_frame(file.bytes_at(start + frame->bytes, 4)).has_value();
}

/// Encoders that can go back leave a Xing or Info header in the first frame: flags, then the number
/// of frames if bit 0 is set, then of bytes if bit 1 is.
void check_mp3(PosixFile& file, std::uint64_t start, Extent& extent) {
  const auto frame = parse_mpeg_frame(file.bytes_at(start, 4));
  const std::string bytes = file.bytes_at(start + frame->payload, 16);
  const std::string_view xing = bytes;
  if (bytes.size() < 16 || !(xing.starts_with("Xing") || xing.starts_with("Info"))) return;
  const std::uint64_t flags = number(xing.substr(4, 4), std::endian::big);
  if ((flags & 2U) == 0) return;
  const std::size_t at = (flags & 1U) == 0 ? 8 : 12;
  check_complete(file, {start, number(xing.substr(at, 4), std::endian::big)}, extent);
}

/// Whether there is sound that a converter reads: of MP4, Matroska or ASF by the first bytes, of
/// others by the name.
bool is_read_by_others(const PosixFile& file, std::string_view head) {
  return head.substr(4).starts_with("ftyp") || head.starts_with("\x1A\x45\xDF\xA3") ||
         head.starts_with("\x30\x26\xB2\x75") || looks_like_unread_audio(file.path());
}

}  // namespace

std::string recognise_container(PosixFile& file, Extent& extent) {
  std::string bytes = file.bytes_at(0, head_bytes);
  if (bytes.empty()) file.fail("is empty");
  bytes.resize(head_bytes, '\0');
  const std::string_view head = bytes;
  const std::string_view form = head.substr(8, 4);
  if (head.starts_with("RIFF") && form == "WAVE")
    return check_wav(file, riff_layout, extent), "WAV";
  if (head.starts_with("RIFX") && form == "WAVE")
    return check_wav(file, rifx_layout, extent), "WAV";
  if (head.starts_with("RF64") && form == "WAVE") return check_rf64(file, extent), "RF64";
  if (head.starts_with("FORM") && (form == "AIFF" || form == "AIFC"))
    return check_aiff(file, form == "AIFC", extent), "AIFF";
  if (head.starts_with(".snd")) return check_au(file, head, std::endian::big, extent), "AU";
  if (head.starts_with("dns.")) return check_au(file, head, std::endian::little, extent), "AU";
  if (head.starts_with("caff\0\1"sv)) return check_caf(file, extent), "CAF";
  if (head.starts_with("NIST_1A\n")) return check_sphere(file, extent), "SPHERE";
  if (head.starts_with("fLaC")) return "FLAC";
  if (head.starts_with("OggS")) return check_ogg(file, head, extent), "Ogg";
  if (head.starts_with(w64_riff) && head.substr(24).starts_with(w64_wave)) {
    check_complete(file, find_chunk(file, w64_layout, 40, w64_data), extent);
    return "W64";
  }
  const std::uint64_t start = end_of_tag(head);
  if (is_mp3(file, start)) return check_mp3(file, start, extent), "MP3";
  if (start > 0 && file.bytes_at(start, 4) == "fLaC") {
    file.begin_at(static_cast<std::int64_t>(start));
    return "FLAC";
  }
  file.fail(fmt::format(
      "is not audio that this program reads: WAV, RF64, W64, FLAC, Ogg, MP3, "
      "AIFF, AU, CAF or NIST SPHERE{}",
      is_read_by_others(file, head) ? "; convert it: " + conversion_command(file.path()) : ""));
}

}  // namespace nmfsep
