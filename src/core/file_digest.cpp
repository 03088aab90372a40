#include "nmfsep/core/file_digest.hpp"

#include <algorithm>
#include <fstream>
#include <span>
#include <vector>

#include "nmfsep/core/sha256.hpp"

namespace nmfsep {

std::optional<std::string> sha256_of_file(const std::filesystem::path& path,
                                          const ProgressCallback& progress) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path, error));
  std::ifstream file(path, std::ios::binary);
  std::vector<char> block(1U << 18U);
  Sha256 hash;
  for (std::int64_t done = 0; file; done += file.gcount()) {
    report(progress, {"reading", std::min(done, size), size, {}});
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    hash.update(std::as_bytes(std::span(block.data(), static_cast<std::size_t>(file.gcount()))));
  }
  if (!file.eof()) return std::nullopt;
  return hash.hex_digest();
}

}  // namespace nmfsep
