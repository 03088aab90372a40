#include <fmt/format.h>

#include <cstdint>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/render/raster.hpp"

namespace nmfsep {
namespace {

/// 0 to 63, or −1.
int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) -> unsigned {
      return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
    };
    const unsigned group = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
    for (unsigned digit = 0; digit < 4; ++digit)
      text += i + digit > bytes.size() ? '=' : digits[group >> (18U - 6U * digit) & 63U];
  }
  return text;
}

std::string from_base64(std::string_view text) {
  const bool is_padded = text.size() % 4 == 0;
  for (int padding = 0; is_padded && padding < 2 && text.ends_with('='); ++padding)
    text.remove_suffix(1);
  if (text.size() % 4 == 1)
    throw InvalidArgument(
        fmt::format("base64 of {} characters is cut off; send all of it", text.size()));
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int count = 0;  // of bits that wait
  for (const char c : text) {
    const int digit = digit_of(c);
    if (digit < 0) throw InvalidArgument("is no base64; send bytes as RFC 4648 spells them");
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return bytes;
}

}  // namespace nmfsep
