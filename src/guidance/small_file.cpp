#include "guidance/small_file.hpp"

#include <fmt/format.h>

#include <fstream>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {

std::string read_small_file(const std::filesystem::path& path, const std::string& kind) {
  constexpr std::size_t most_bytes = 16 << 20;
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw FileError(fmt::format("{}: is a folder; give a {}", nmfsep::quoted(path), kind));
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw FileError(fmt::format("{}: cannot be opened; is it there?", nmfsep::quoted(path)));
  std::string bytes(most_bytes + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad()) throw FileError(fmt::format("{}: cannot be read", nmfsep::quoted(path)));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.size() > most_bytes)
    throw FileError(
        fmt::format("{}: has more than 16 MB, which no {} has", nmfsep::quoted(path), kind));
  return bytes;
}

}  // namespace nmfsep
