#include "nmfsep/audio/file_names.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "nmfsep/core/shell_word.hpp"

namespace nmfsep {
namespace {

std::string lower_case_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

/// A path that a shell takes as one word and a program as no flag.
std::string path_word(const std::filesystem::path& path) {
  return shell_word(path.native().starts_with('-') ? "./" + path.native() : path.native());
}

}  // namespace

bool looks_like_audio(const std::filesystem::path& path) {
  static const std::set<std::string> extensions = {
      ".wav",  ".flac", ".ogg",  ".oga", ".opus", ".mp3", ".aiff", ".aif",
      ".aifc", ".w64",  ".rf64", ".au",  ".snd",  ".caf", ".sph",  ".nist"};
  return extensions.contains(lower_case_extension(path));
}

bool looks_like_unread_audio(const std::filesystem::path& path) {
  static const std::set<std::string> extensions = {
      ".m4a", ".m4b", ".mp4", ".m4v",  ".mov",  ".aac", ".ac3", ".eac3", ".dts", ".wma", ".wmv",
      ".asf", ".mka", ".mkv", ".webm", ".weba", ".avi", ".ape", ".wv",   ".tta", ".tak", ".mpc",
      ".amr", ".3gp", ".3g2", ".mp2",  ".dsf",  ".dff", ".spx", ".voc",  ".ra",  ".rm"};
  return extensions.contains(lower_case_extension(path));
}

std::string conversion_command(const std::filesystem::path& path) {
  if (path == "-") return "ffmpeg -i - -f wav -";  // in the pipe before this program
  std::filesystem::path converted = path;
  converted.replace_extension(".flac");
  return "ffmpeg -i " + path_word(path) + " " + path_word(converted);
}

}  // namespace nmfsep
