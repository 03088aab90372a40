#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "nmfsep/core/descriptor.hpp"

namespace nmfsep {

/// Bytes on disk that have no name, so that they are gone with the program, however it ends. For
/// what is too long for memory. Used by one thread at a time.
class TemporaryFile {
 public:
  /// In the system's folder for temporary files, which TMPDIR names. Throws FileError.
  TemporaryFile();

  /// Throws FileError naming the folder, where it is full say.
  void append(std::span<const std::byte> bytes);

  /// Fills `bytes` with what was appended from byte `offset` on. Throws FileError.
  void read(std::int64_t offset, std::span<std::byte> bytes) const;

 private:
  std::filesystem::path folder_;
  Descriptor descriptor_;
};

}  // namespace nmfsep
