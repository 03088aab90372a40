#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep::test {

/// What a float of 32 bits would round.
enum class WideFormat { pcm_32, float_64 };

/// Writes a WAV file by its bytes, as RIFF has them.
inline void write_wide_wav(const std::filesystem::path& path, const Signal& samples,
                           int sample_rate, WideFormat format) {
  const bool pcm = format == WideFormat::pcm_32;
  const std::uint32_t width = pcm ? 4 : 8;
  const auto channels = static_cast<std::uint32_t>(samples.cols());
  const auto data = static_cast<std::uint32_t>(samples.size()) * width;
  std::string bytes;
  const auto number = [&](std::uint32_t value, std::size_t count) {
    bytes.append(reinterpret_cast<const char*>(&value), count);
  };
  bytes += "RIFF";
  number(36 + data, 4);
  bytes += "WAVEfmt ";
  number(16, 4);
  number(pcm ? 1 : 3, 2);
  number(channels, 2);
  number(static_cast<std::uint32_t>(sample_rate), 4);
  number(static_cast<std::uint32_t>(sample_rate) * channels * width, 4);
  number(channels * width, 2);
  number(8 * width, 2);
  bytes += "data";
  number(data, 4);
  for (Index t = 0; t < samples.rows(); ++t)
    for (Index c = 0; c < samples.cols(); ++c) {
      const double sample = samples(t, c);
      const auto integer = static_cast<std::int32_t>(std::lrint(std::ldexp(sample, 31)));
      if (pcm)
        bytes.append(reinterpret_cast<const char*>(&integer), sizeof(integer));
      else
        bytes.append(reinterpret_cast<const char*>(&sample), sizeof(sample));
    }
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace nmfsep::test
