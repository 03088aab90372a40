#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nmfsep {

/// How a mixture is called that lies beside its sources.
inline constexpr const char* mixture_names[] = {"mixture", "mix"};

using AudioFiles = std::map<std::string, std::filesystem::path>;  ///< by name without extension

/// Throws FileError for a folder that cannot be read.
std::vector<std::filesystem::directory_entry> entries_of(const std::filesystem::path& folder);

/// What cannot be looked at is none, and is named when it is opened.
bool is_folder(const std::filesystem::path& path);

/// Throws FileError where two have one name.
AudioFiles audio_files(const std::filesystem::path& folder);

/// Names of folders inside, with links that lead nowhere, which fail when their track is read.
std::set<std::string> subfolders(const std::filesystem::path& folder);

/// Throws FileError where there is nothing at `path`.
void require_there(const std::filesystem::path& path);

}  // namespace nmfsep
