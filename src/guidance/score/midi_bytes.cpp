#include "guidance/score/midi_bytes.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

void MidiBytes::fail_at(std::size_t at, const std::string& fault) const {
  throw FileError(fmt::format("{}: byte {}: {}", name_, at, fault));
}

void MidiBytes::require(std::size_t size, std::string_view what) const {
  if (left() < size)
    fail(fmt::format("{} is cut off: {} bytes are left, {} must be; export it anew", what, left(),
                     size));
}

MidiBytes MidiBytes::chunk(std::size_t size, std::string_view what) {
  require(size, what);
  MidiBytes part = *this;
  part.end_ = at_ + size;
  at_ += size;
  return part;
}

int MidiBytes::peek() const { return std::to_integer<int>(bytes_[at_]); }

int MidiBytes::byte(std::string_view what) {
  require(1, what);
  return std::to_integer<int>(bytes_[at_++]);
}

int MidiBytes::data(std::string_view what) {
  const int value = byte(what);
  if (value >= 128)
    fail_at(at_ - 1, fmt::format("{} = 0x{:02X}, must be below 0x80; export it anew", what, value));
  return value;
}

std::uint32_t MidiBytes::number(int bytes, std::string_view what) {
  std::uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8U | static_cast<std::uint32_t>(byte(what));
  return value;
}

std::uint32_t MidiBytes::variable(std::string_view what) {
  const std::size_t begin = at_;
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const int next = byte(what);
    value = value << 7U | static_cast<std::uint32_t>(next & 0x7F);
    if (next < 0x80) return value;
  }
  fail_at(begin, fmt::format("{} has more than four bytes; export it anew", what));
}

std::string MidiBytes::text(std::size_t size, std::string_view what) {
  require(size, what);
  std::string text;
  for (std::size_t i = 0; i < size; ++i)
    text += static_cast<char>(std::to_integer<int>(bytes_[at_ + i]));
  at_ += size;
  return text;
}

}  // namespace nmfsep
