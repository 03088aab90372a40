#pragma once

#include <filesystem>

namespace nmfsep {

/// Whether the extension is an audio file's. What the file really holds is seen when it is read.
bool looks_like_audio(const std::filesystem::path& path);

}  // namespace nmfsep
