#pragma once

#include <string>

#include "nmfsep/core/pending_file.hpp"

namespace nmfsep::cli {

/// Writes all of `text`, without committing. Throws FileError.
void fill_text(PendingFile& file, const std::string& text);

/// Writes all of `text` and commits. Throws FileError.
void write_text(PendingFile& file, const std::string& text);

}  // namespace nmfsep::cli
