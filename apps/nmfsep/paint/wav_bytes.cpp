#include "paint/wav_bytes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nmfsep::cli {
namespace {

/// Little-endian.
void append(std::string& bytes, std::uint32_t number, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFF);
}

}  // namespace

std::string wav_bytes(const AudioBuffer& audio) {
  const auto channels = static_cast<std::uint32_t>(audio.channels());
  const auto rate = static_cast<std::uint32_t>(audio.sample_rate);
  const auto data = static_cast<std::uint32_t>(2 * audio.length() * audio.channels());
  std::string bytes;
  bytes.reserve(44 + data);
  bytes += "RIFF";
  append(bytes, 36 + data, 4);
  bytes += "WAVEfmt ";
  append(bytes, 16, 4);
  append(bytes, 1, 2);  // PCM
  append(bytes, channels, 2);
  append(bytes, rate, 4);
  append(bytes, rate * channels * 2, 4);
  append(bytes, channels * 2, 2);
  append(bytes, 16, 2);
  bytes += "data";
  append(bytes, data, 4);
  for (Index n = 0; n < audio.length(); ++n)
    for (Index c = 0; c < audio.channels(); ++c) {
      const float limited = std::clamp(audio.samples(n, c), -1.0F, 1.0F);
      const long value = std::min(std::lround(limited * 32768), 32767L);
      append(bytes, static_cast<std::uint32_t>(value), 2);
    }
  return bytes;
}

}  // namespace nmfsep::cli
