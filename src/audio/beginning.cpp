// What first bytes alone tell, before a file is looked at closely (container.cpp).
#include "audio/beginning.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include "audio/mpeg_frame.hpp"
#include "nmfsep/audio/audio_file.hpp"

namespace nmfsep {

std::uint64_t end_of_tag(std::string_view head) {
  if (!head.starts_with("ID3")) return 0;
  std::uint64_t size = 0;
  for (const char byte : head.substr(6, 4))
    size = size << 7U | (static_cast<unsigned>(byte) & 127U);
  const bool has_footer = (static_cast<unsigned>(head[5]) & 16U) != 0;
  return size + (has_footer ? 20 : 10);
}

bool begins_like_file(std::string_view head) {
  static constexpr std::array<std::string_view, 10> beginnings{
      "fLaC", "OggS", "ID3",  "FORM",      "RIFX",
      ".snd", "dns.", "caff", "NIST_1A\n", "riff\x2E\x91\xCF"};
  return parse_mpeg_frame(head.substr(0, 4)) ||
         std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return head.starts_with(beginning); });
}

Container container_like(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(head_bytes, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (head.starts_with("fLaC")) return Container::flac;
  if (head.starts_with("OggS")) {
    const std::string_view codec = std::string_view(head).substr(28);
    return codec.starts_with("OpusHead")     ? Container::opus
           : codec.starts_with("\x01vorbis") ? Container::vorbis
                                             : Container::flac;
  }
  std::string behind(4, '\0');
  if (head.starts_with("ID3") && file.seekg(static_cast<std::streamoff>(end_of_tag(head))) &&
      file.read(behind.data(), 4) && behind == "fLaC")
    return Container::flac;
  const bool is_mpeg = parse_mpeg_frame(head.substr(0, 4)).has_value();
  return head.starts_with("ID3") || is_mpeg ? Container::mp3 : Container::wav;
}

}  // namespace nmfsep
