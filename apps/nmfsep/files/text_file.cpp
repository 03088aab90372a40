#include "files/text_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {

void fill_text(PendingFile& file, const std::string& text) {
  std::ofstream stream(file.temporary(), std::ios::binary);
  stream << text;
  stream.close();
  if (!stream)
    throw FileError(fmt::format("{}: cannot be written: {}; make room or choose another place",
                                nmfsep::quoted(file.final_path()), std::strerror(errno)));
}

void write_text(PendingFile& file, const std::string& text) {
  fill_text(file, text);
  file.commit();
}

}  // namespace nmfsep::cli
