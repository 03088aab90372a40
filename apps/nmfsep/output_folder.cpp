#include "output_folder.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {

namespace fs = std::filesystem;

OutputFolder::OutputFolder(fs::path path) : path_(std::move(path)) {
  fs::path part;
  for (const fs::path& name : path_) {
    part /= name;
    std::error_code error;
    if (fs::create_directory(part, error)) made_.push_back(part);
    std::error_code unknown;  // told by the first error
    if (fs::is_directory(part, unknown)) continue;
    const std::string reason = error ? error.message() : "a file is in its place";
    throw FileError(fmt::format("{}: cannot make this folder: {}", quoted(part), reason));
  }
}

OutputFolder::~OutputFolder() {
  std::error_code ignored;  // a folder that holds something by now stays
  for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) fs::remove(*folder, ignored);
}

}  // namespace nmfsep::cli
