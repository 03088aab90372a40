#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace nmfsep {

/// What the four bytes of an MPEG audio layer III frame header say (ISO 11172-3, 2.4.1.3, and
/// 13818-3 for the lower rates).
struct MpegFrame {
  std::uint64_t bytes;  ///< from this header to the next
  std::size_t payload;  ///< offset, in the frame, behind header and side information
};

/// The frame at the start of `bytes`, if there is one.
std::optional<MpegFrame> parse_mpeg_frame(std::string_view bytes);

}  // namespace nmfsep
