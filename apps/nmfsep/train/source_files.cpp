#include "train/source_files.hpp"

#include <fmt/format.h>

#include "files/inputs.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
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

void SourceArguments::add_to(Flags& app) {
  app.add_option("sources", arguments_,
                 "Recordings of each source alone: PATH is a file, a folder of files, or a pattern "
                 "in quotes")
      ->required()
      ->type_name("NAME=PATH");
}

std::vector<SourceRecordings> SourceArguments::recordings() const {
  std::vector<SourceRecordings> sources;
  for (const std::string& argument : arguments_) sources.push_back(parse_source(argument));
  return sources;
}

std::vector<std::string> files_of(const std::vector<SourceRecordings>& sources) {
  std::vector<std::string> files;
  for (const SourceRecordings& source : sources)
    files.insert(files.end(), source.files.begin(), source.files.end());
  return files;
}

}  // namespace nmfsep::cli
