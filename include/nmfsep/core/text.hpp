#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace nmfsep {

/// `text` fit for a terminal: control characters and invalid UTF-8 as \xNN, nothing else changed.
std::string printable(std::string_view text);

/// A path for a message: printable and in single quotes.
std::string quoted(const std::filesystem::path& path);

/// Whether `text` is well-formed UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);

}  // namespace nmfsep
