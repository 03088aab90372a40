// Chunks "cue " and "LIST" of type "adtl" (Microsoft, Multimedia Programming Interface and Data
// Specifications 1.0, 1991): libsndfile writes them into no RF64, and never with names.
#include "audio/cue_chunk.hpp"

#include <cstdint>
#include <string>

namespace nmfsep {
namespace {

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFFU);
  return text;
}

/// Chunks begin at even places.
std::string chunk(const std::string& id, const std::string& content) {
  return id + little_endian(content.size(), 4) + content + std::string(content.size() % 2, '\0');
}

std::string chunks_of(const std::vector<CuePoint>& cues) {
  std::string points;
  std::string labels = "adtl";
  std::uint32_t id = 0;
  for (const CuePoint& cue : cues) {
    if (cue.sample > std::int64_t{UINT32_MAX}) continue;
    const auto sample = static_cast<std::uint64_t>(cue.sample);
    const std::string number = little_endian(++id, 4);
    points +=
        number + little_endian(sample, 4) + "data" + little_endian(0, 8) + little_endian(sample, 4);
    if (!cue.name.empty()) labels += chunk("labl", number + cue.name + '\0');
  }
  std::string chunks = chunk("cue ", little_endian(id, 4) + points);
  if (labels.size() > 4) chunks += chunk("LIST", labels);
  return chunks;
}

void write_at(PosixFile& file, std::int64_t place, const std::string& bytes) {
  file.seek(place);
  file.write(bytes.data(), static_cast<std::int64_t>(bytes.size()));
}

}  // namespace

void append_cues(PosixFile& file, const std::vector<CuePoint>& cues) {
  constexpr std::int64_t size_place = 4;        // of the size in RIFF …
  constexpr std::int64_t long_size_place = 20;  // … and in the chunk ds64 of RF64
  const std::string chunks = chunks_of(cues);
  const bool is_long = file.bytes_at(0, 4) == "RF64";
  const std::int64_t end = file.size() + file.size() % 2;
  const std::int64_t size = end + static_cast<std::int64_t>(chunks.size()) - 8;
  if (!is_long && size > std::int64_t{UINT32_MAX}) return;
  if (file.size() < end) write_at(file, file.size(), std::string(1, '\0'));
  write_at(file, end, chunks);
  write_at(file, is_long ? long_size_place : size_place,
           little_endian(static_cast<std::uint64_t>(size), is_long ? 8 : 4));
  file.check();
}

}  // namespace nmfsep
