#include "scoring/folder_contents.hpp"

#include <fmt/format.h>

#include "nmfsep/audio/file_names.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {

namespace fs = std::filesystem;

std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    entries.push_back(*entry);
  if (error)
    throw FileError(
        fmt::format("{}: cannot read this folder: {}", quoted(folder), error.message()));
  return entries;
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

AudioFiles audio_files(const fs::path& folder) {
  AudioFiles files;
  for (const auto& entry : entries_of(folder)) {
    std::error_code error;
    const bool readable = entry.is_regular_file(error) || error;  // or is named when it is opened
    if (!readable || !looks_like_audio(entry.path())) continue;
    const auto [other, fresh] = files.emplace(entry.path().stem().string(), entry.path());
    if (!fresh)
      throw FileError(fmt::format("{} and {} have one name; keep one of them",
                                  quoted(other->second), quoted(entry.path())));
  }
  return files;
}

std::set<std::string> subfolders(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : entries_of(folder)) {
    std::error_code error;
    if (entry.is_directory(error) || error) names.insert(entry.path().filename().string());
  }
  return names;
}

void require_there(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error))
    throw FileError(
        fmt::format("{}: {}", quoted(path), error ? error.message() : "no such file or folder"));
}

}  // namespace nmfsep
