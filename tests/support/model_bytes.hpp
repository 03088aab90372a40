#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "nmfsep/core/sha256.hpp"

namespace nmfsep::test {

/// A model file taken apart: JSON and tensors.
struct ModelParts {
  std::string header;
  std::string data;
};

/// The 8 bytes before a header.
inline std::string length_prefix(std::uint64_t length) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes;
}

inline ModelParts take_apart(const std::string& bytes) {
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  return {bytes.substr(8, length), bytes.substr(8 + length)};
}

/// `bytes` with the right digest where they have one of 64 zeros.
inline std::string with_digest(std::string bytes) {
  const std::size_t zeros = bytes.find(std::string(64, '0'));
  if (zeros == std::string::npos) return bytes;
  Sha256 hash;
  hash.update(std::as_bytes(std::span(bytes)));
  return bytes.replace(zeros, 64, hash.hex_digest());
}

/// A file of these parts, its digest made right where the header has one of 64 zeros.
inline std::string put_together(const ModelParts& parts) {
  return with_digest(length_prefix(parts.header.size()) + parts.header + parts.data);
}

}  // namespace nmfsep::test
