#include "files/output_folders.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {

namespace fs = std::filesystem;

void OutputFolders::add(const fs::path& folder) {
  // Another job or another run may take away a parent that it made in vain: then once more.
  std::string fault;
  for (int attempt = 0; attempt < 10; ++attempt)
    if (fault = make(folder); fault.empty()) return;
  throw FileError(fault);
}

/// Says what went wrong; nothing when all of the folder is there.
std::string OutputFolders::make(const fs::path& folder) {
  fs::path part;
  for (const fs::path& name : folder) {
    part /= name;
    std::error_code error;
    if (fs::create_directory(part, error)) made_.push_back(part);
    std::error_code unknown;  // told by the first error
    if (fs::is_directory(part, unknown)) continue;
    return fmt::format("{}: cannot make this folder: {}", quoted(part),
                       error ? error.message() : "a file is in its place");
  }
  return "";
}

OutputFolders::~OutputFolders() {
  std::error_code ignored;  // a folder that holds something by now stays
  for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) fs::remove(*folder, ignored);
}

}  // namespace nmfsep::cli
