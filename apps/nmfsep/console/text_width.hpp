#pragma once

#include <string_view>

namespace nmfsep::cli {

/// Columns that printable UTF-8 takes on a terminal: 2 for wide characters (CJK, emoji), 0 for
/// marks that combine with what is before them, as in names from macOS.
std::size_t text_width(std::string_view text);

}  // namespace nmfsep::cli
