#include "files/file_hash.hpp"

#include <fstream>
#include <span>
#include <vector>

#include "console/interrupt.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/sha256.hpp"

namespace nmfsep::cli {

std::optional<std::string> file_hash(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::vector<char> block(1U << 18U);
  Sha256 hash;
  while (file) {
    if (interrupted()) throw Cancelled();
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    hash.update(std::as_bytes(std::span(block.data(), static_cast<std::size_t>(file.gcount()))));
  }
  if (!file.eof()) return std::nullopt;
  return hash.hex_digest();
}

}  // namespace nmfsep::cli
