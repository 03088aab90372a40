#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>

#include "nmfsep/core/types.hpp"

namespace nmfsep::test {

/// A WAV file of 32-bit floats by its bytes, as RIFF and EBU Tech 3306 (RF64) have them: what our
/// own reader and its library make of them is left out.
class FloatWav {
 public:
  std::string kind;               ///< "RIFF" or "RF64"
  std::uint64_t riff_bytes = 0;   ///< all that follow the first eight
  std::uint64_t data_bytes = 0;   ///< the samples
  std::uint64_t frame_count = 0;  ///< as an RF64 says it; as it follows, for a RIFF
  Index channels = 0;

  /// Throws std::runtime_error for a file that is none.
  explicit FloatWav(const std::string& path) : file_(path, std::ios::binary) {
    kind = text(4);
    riff_bytes = number(4);
    if (text(4) != "WAVE") throw std::runtime_error(path + ": no WAV");
    for (std::string chunk = text(4); chunk != "data"; chunk = text(4)) read_chunk(chunk);
    const std::uint64_t size = number(4);
    data_ = file_.tellg();
    if (kind == "RF64") {
      if (riff_bytes != unknown || size != unknown)
        throw std::runtime_error(path + ": 32-bit sizes of an RF64 must be all ones");
      riff_bytes = long_riff_;
      data_bytes = long_data_;
      frame_count = long_frames_;
    } else {
      data_bytes = size;
      frame_count = size / (4 * static_cast<std::uint64_t>(channels));
    }
  }

  /// Samples of `count` frames, frames × channels.
  Matrix frames_from(Index first, Index count) {
    Matrix samples(channels, count);
    file_.seekg(data_ + static_cast<std::streamoff>(4 * first * channels));
    file_.read(reinterpret_cast<char*>(samples.data()), 4 * samples.size());
    if (!file_) throw std::runtime_error("a WAV is cut off");
    return samples.transpose();
  }

 private:
  static constexpr std::uint64_t unknown = 0xFFFFFFFF;

  std::string text(std::size_t count) {
    std::string bytes(count, '\0');
    file_.read(bytes.data(), static_cast<std::streamsize>(count));
    if (!file_) throw std::runtime_error("a WAV is cut off in its header");
    return bytes;
  }

  std::uint64_t number(std::size_t count) {
    std::uint64_t value = 0;
    std::memcpy(&value, text(count).data(), count);
    return value;
  }

  void read_chunk(const std::string& name) {
    const std::uint64_t size = number(4);
    const std::streamoff begin = file_.tellg();
    if (name == "ds64") {
      long_riff_ = number(8);
      long_data_ = number(8);
      long_frames_ = number(8);
    } else if (name == "fmt ") {
      number(2);
      channels = static_cast<Index>(number(2));
    }
    file_.seekg(begin + static_cast<std::streamoff>(size + size % 2));
  }

  std::ifstream file_;
  std::streamoff data_ = 0;
  std::uint64_t long_riff_ = 0;
  std::uint64_t long_data_ = 0;
  std::uint64_t long_frames_ = 0;
};

}  // namespace nmfsep::test
