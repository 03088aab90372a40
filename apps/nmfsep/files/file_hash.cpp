#include "files/file_hash.hpp"

#include "console/interrupt.hpp"
#include "nmfsep/core/file_digest.hpp"

namespace nmfsep::cli {

std::optional<std::string> file_hash(const std::filesystem::path& path) {
  return sha256_of_file(
      path, [](const Progress&) { return interrupted() ? Answer::cancel : Answer::proceed; });
}

}  // namespace nmfsep::cli
