#include "audio/mpeg_frame.hpp"

#include <array>

namespace nmfsep {

std::optional<MpegFrame> parse_mpeg_frame(std::string_view bytes) {
  constexpr std::array<std::uint64_t, 15> mpeg1_kbits{0,   32,  40,  48,  56,  64,  80, 96,
                                                      112, 128, 160, 192, 224, 256, 320};
  constexpr std::array<std::uint64_t, 15> mpeg2_kbits{0,  8,  16, 24,  32,  40,  48, 56,
                                                      64, 80, 96, 112, 128, 144, 160};
  constexpr std::array<std::uint64_t, 3> mpeg1_rates{44100, 48000, 32000};
  if (bytes.size() < 4) return std::nullopt;
  const auto field = [&](std::size_t byte, unsigned shift, unsigned mask) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[byte]) >> shift & mask);
  };
  const std::size_t version = field(1, 3, 3);  // 0: MPEG 2.5, 2: MPEG 2, 3: MPEG 1
  const std::size_t layer = field(1, 1, 3);    // 1: layer III
  const std::size_t bitrate = field(2, 4, 15);
  const std::size_t rate = field(2, 2, 3);
  const bool is_synchronised = field(0, 0, 255) == 255 && field(1, 5, 7) == 7;
  if (!is_synchronised || version == 1 || layer != 1 || bitrate == 0 || bitrate == 15 || rate == 3)
    return std::nullopt;
  const bool is_mpeg1 = version == 3;
  const bool is_mono = field(3, 6, 3) == 3;
  const std::uint64_t bits = 1000 * (is_mpeg1 ? mpeg1_kbits.at(bitrate) : mpeg2_kbits.at(bitrate));
  const std::uint64_t hertz = mpeg1_rates.at(rate) >> (is_mpeg1 ? 0U : version == 2 ? 1U : 2U);
  const std::size_t side_information = is_mpeg1 ? (is_mono ? 17 : 32) : (is_mono ? 9 : 17);
  return MpegFrame{(is_mpeg1 ? 144 : 72) * bits / hertz + field(2, 1, 1), 4 + side_information};
}

}  // namespace nmfsep
