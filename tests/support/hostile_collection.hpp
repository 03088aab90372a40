#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/hostile_audio.hpp"

namespace nmfsep::test {

using Text = std::string;

inline Text little(std::uint64_t value, unsigned bytes) {
  Text text;
  for (unsigned i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFFU);
  return text;
}

inline Text big(std::uint64_t value, unsigned bytes) {
  const Text text = little(value, bytes);
  return {text.rbegin(), text.rend()};
}

/// What stands where samples are expected.
inline const Text sound(4000, '\x11');

class Collection {
 public:
  explicit Collection(Text container) : container_(std::move(container)) {}

  void add(const Text& fault, const Text& bytes) {
    files_.push_back({container_ + ": " + fault, bytes});
  }

  /// Every cut of `whole` within its first bytes.
  void add_cuts(const Text& whole, std::size_t header, std::size_t step) {
    for (std::size_t size = 4; size < header; size += step)
      add(fmt::format("cut to {} bytes", size), whole.substr(0, size));
  }

  void move_to(std::vector<HostileFile>& all) {
    for (HostileFile& file : files_) all.push_back(std::move(file));
  }

 private:
  Text container_;
  std::vector<HostileFile> files_;
};

/// WAV, RF64 and W64 (support/hostile_riff.cpp).
void add_wav_formats(Collection& files);
void add_wav_chunks(Collection& files);
void add_rf64(Collection& files);
void add_w64(Collection& files);

}  // namespace nmfsep::test
