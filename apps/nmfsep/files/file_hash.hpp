#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace nmfsep::cli {

/// The SHA-256 of a file's content, 64 hexadecimal digits; none when it is no regular file or
/// cannot be read. Throws Cancelled when the user interrupts.
std::optional<std::string> file_hash(const std::filesystem::path& path);

}  // namespace nmfsep::cli
