#pragma once

#include <string>
#include <vector>

#include "console/console.hpp"
#include "flags/flags.hpp"
#include "nmfsep/material/source_audio.hpp"

namespace nmfsep::cli {

/// The recordings of sources that a command learns from: arguments NAME=PATH, or where it takes one
/// source too or one alone, as paths.
class SourceArguments {
 public:
  enum class Form { named, named_or_paths, paths };

  explicit SourceArguments(Form form) : form_(form) {}

  void add_to(Flags& app);

  /// Whether the arguments name their sources. Throws InvalidArgument where some do and some do
  /// not, or none does and they must.
  bool are_named() const;

  bool reads_stdin() const;

  /// In the order given; paths are recordings of a source called `name`. A path is a file, a
  /// folder, a pattern, or - for stdin; what is passed over in folders is said. Throws
  /// InvalidArgument as are_named, for bad names and where two are equal, and what find_inputs
  /// throws.
  std::vector<SourceRecordings> recordings(const std::string& name, Console& console) const;

 private:
  Form form_;
  std::vector<std::string> arguments_;
  bool recursive_ = false;
};

/// The files of all sources.
std::vector<std::string> files_of(const std::vector<SourceRecordings>& sources);

}  // namespace nmfsep::cli
