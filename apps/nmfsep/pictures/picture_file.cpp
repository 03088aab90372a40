#include "pictures/picture_file.hpp"

#include <fmt/format.h>

#include "files/text_file.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

bool names_svg(const std::filesystem::path& path) {
  if (path.extension() == ".svg") return true;
  if (path.extension() == ".png") return false;
  throw InvalidArgument(
      fmt::format("{}: pictures are written as .svg or .png; name it so", nmfsep::quoted(path)));
}

}  // namespace

PictureFile::PictureFile(const std::filesystem::path& path, Overwrite overwrite)
    : is_svg_(names_svg(path)), file_(path, overwrite) {}

void PictureFile::write(const Figure& figure) {
  write_text(file_, is_svg_ ? svg_of(figure) : png_of(figure));
}

}  // namespace nmfsep::cli
