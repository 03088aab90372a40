#pragma once

#include <filesystem>
#include <string>

namespace nmfsep {

/// The bytes of a file of at most 16 MB; `kind` is what it should be, "label file". Throws
/// FileError that names the file for a folder, for what cannot be read, and for more.
std::string read_small_file(const std::filesystem::path& path, const std::string& kind);

}  // namespace nmfsep
