#pragma once

#include <string>
#include <vector>

#include "flags/flags.hpp"
#include "nmfsep/material/source_audio.hpp"

namespace nmfsep::cli {

/// Reads NAME=PATH, as in drums='drums/*.wav', where PATH is what find_inputs takes. Throws
/// InvalidArgument for another form, and what find_inputs throws.
SourceRecordings parse_source(const std::string& text);

/// The recordings of sources that a command learns from, as its arguments NAME=PATH.
class SourceArguments {
 public:
  void add_to(Flags& app);

  /// In the order given. Throws what parse_source throws.
  std::vector<SourceRecordings> recordings() const;

 private:
  std::vector<std::string> arguments_;
};

/// The files of all sources.
std::vector<std::string> files_of(const std::vector<SourceRecordings>& sources);

}  // namespace nmfsep::cli
