#include "nmfsep/audio/file_names.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

namespace nmfsep {

bool looks_like_audio(const std::filesystem::path& path) {
  static const std::set<std::string> extensions = {
      ".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif", ".aifc", ".w64", ".rf64"};
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extensions.contains(extension);
}

}  // namespace nmfsep
