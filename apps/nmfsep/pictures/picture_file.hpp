#pragma once

#include <filesystem>

#include "nmfsep/core/pending_file.hpp"
#include "nmfsep/render/figure.hpp"

namespace nmfsep::cli {

/// The file that a figure goes to, SVG or PNG by its name's ending; it appears whole or not at all.
class PictureFile {
 public:
  /// Throws InvalidArgument for another ending, FileError as PendingFile.
  PictureFile(const std::filesystem::path& path, Overwrite overwrite);

  /// Throws FileError, and InvalidArgument as svg_of.
  void write(const Figure& figure);

 private:
  bool is_svg_;
  PendingFile file_;
};

}  // namespace nmfsep::cli
