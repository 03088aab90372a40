#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "nmfsep/core/progress.hpp"

namespace nmfsep {

/// A file and what it held.
struct FileDigest {
  std::string name;    ///< as it was given, printable
  std::string sha256;  ///< 64 hexadecimal digits; empty where it is no regular file, as a pipe

  friend bool operator==(const FileDigest&, const FileDigest&) = default;
};

/// The SHA-256 of a file's content; none when it is no regular file or cannot be read. Throws
/// Cancelled.
std::optional<std::string> sha256_of_file(const std::filesystem::path& path,
                                          const ProgressCallback& progress = {});

}  // namespace nmfsep
