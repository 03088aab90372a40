#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "nmfsep/guidance/guide.hpp"

namespace nmfsep {

/// Whether a file begins as PNG does, whatever its name.
bool is_picture(const std::filesystem::path& path);

/// A PNG of any colours and depth: white is 1, black and what is transparent is 0. Its lower edge
/// is 0 Hz, its left one the beginning. Throws FileError for what is no PNG, is damaged, or has
/// more than 100 million pixels.
Picture read_picture(const std::filesystem::path& path);

/// The same of a PNG in memory; `name` is how messages call it.
Picture parse_picture(std::string_view png, const std::string& name);

}  // namespace nmfsep
