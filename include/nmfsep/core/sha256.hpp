#pragma once

#include <memory>
#include <span>
#include <string>

namespace nmfsep {

/// SHA-256 (FIPS 180-4) of bytes that arrive in parts.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::span<const std::byte> bytes);

  /// The digest as 64 lower-case hexadecimal digits. Call once, last.
  std::string hex_digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nmfsep
