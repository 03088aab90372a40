#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace nmfsep {

/// A walk over the bytes of a MIDI file that knows where it is.
class MidiBytes {
 public:
  MidiBytes(std::span<const std::byte> bytes, std::string name)
      : bytes_(bytes), name_(std::move(name)), end_(bytes.size()) {}

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ == end_; }
  std::size_t left() const { return end_ - at_; }

  /// The next `size` bytes alone, which this walk passes over. `what` is how messages call them.
  MidiBytes chunk(std::size_t size, std::string_view what);

  int peek() const;
  int byte(std::string_view what);
  /// Below 128. Throws for another.
  int data(std::string_view what);
  /// Of so many bytes, the highest first.
  std::uint32_t number(int bytes, std::string_view what);
  /// Of one to four bytes of seven bits each.
  std::uint32_t variable(std::string_view what);
  std::string text(std::size_t size, std::string_view what);

  /// Throws FileError at this place, or at another.
  [[noreturn]] void fail(const std::string& fault) const { fail_at(at_, fault); }
  [[noreturn]] void fail_at(std::size_t at, const std::string& fault) const;

 private:
  void require(std::size_t size, std::string_view what) const;

  std::span<const std::byte> bytes_;
  std::string name_;
  std::size_t at_ = 0;
  std::size_t end_;
};

}  // namespace nmfsep
