#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nmfsep {

constexpr std::size_t head_bytes = 64;  ///< enough to tell every container by

/// Where audio begins behind an ID3v2 tag, whose size has 7 bits a byte: that of an MP3, and of
/// FLAC that a tagger for MP3 has handled. 0 where there is no tag.
std::uint64_t end_of_tag(std::string_view head);

/// Whether bytes that begin with the 12 of `head` may be a file that recognise_container knows and
/// that cannot be read as it comes, as WAV can.
bool begins_like_file(std::string_view head);

}  // namespace nmfsep
