#pragma once

#include <filesystem>
#include <string>

namespace nmfsep {

/// Whether the extension is an audio file's. What the file really holds is seen when it is read.
bool looks_like_audio(const std::filesystem::path& path);

/// Whether the extension is of sound, or of film, in a container that is not read.
bool looks_like_unread_audio(const std::filesystem::path& path);

/// The shell's command that makes of such a file one that is read:
/// "ffmpeg -i a.m4a a.flac".
std::string conversion_command(const std::filesystem::path& path);

}  // namespace nmfsep
