#include "text_file.hpp"

#include <fmt/format.h>

#include <fstream>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {

void write_text(PendingFile& file, const std::string& text) {
  std::ofstream stream(file.temporary(), std::ios::binary);
  stream << text << std::flush;
  if (!stream)
    throw FileError(fmt::format("{}: cannot write: disk full?", nmfsep::quoted(file.final_path())));
  stream.close();
  file.commit();
}

}  // namespace nmfsep::cli
