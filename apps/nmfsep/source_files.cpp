#include "source_files.hpp"

#include <fmt/format.h>

#include "inputs.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
SourceRecordings parse_source(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw InvalidArgument(
        fmt::format("source '{}': must be NAME=PATH, as in drums='drums/*.wav'", printable(text)));
  SourceRecordings source{text.substr(0, equals), {}};
  validate_source_name(source.name);
  for (const InputFile& file : find_inputs({text.substr(equals + 1)}, {}))
    source.files.push_back(file.path);
  return source;
}

}  // namespace nmfsep::cli
