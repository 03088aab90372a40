#include "train/source_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "files/passed_over.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/agreement.hpp"

namespace nmfsep::cli {
namespace {

/// NAME and PATH of NAME=PATH; no name where it is a path alone, as a file with = in its name.
struct NamedPath {
  std::string name;
  std::string path;

  NamedPath(const std::string& argument, SourceArguments::Form form) : path(argument) {
    std::error_code ignored;
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos || form == SourceArguments::Form::paths) return;
    if (form == SourceArguments::Form::named_or_paths &&
        (argument.find('/') < equals || std::filesystem::exists(argument, ignored)))
      return;
    name = argument.substr(0, equals);
    path = argument.substr(equals + 1);
  }
  bool is_whole() const { return !name.empty() && !path.empty(); }
};

}  // namespace

void SourceArguments::add_to(Flags& app) {
  const bool takes_paths = form_ != Form::named;
  const std::map<Form, std::string> texts{
      {Form::named,
       "Recordings of each source alone: PATH is a file, a folder of files, or a pattern in "
       "quotes"},
      {Form::named_or_paths,
       "Recordings of the source alone: files, folders, patterns in quotes, or - for stdin; or of "
       "several sources, each as NAME=PATH, which makes a model of each in one file"},
      {Form::paths, "Recordings of the source alone: files, folders, or patterns in quotes"}};
  app.add_option("sources", arguments_, texts.at(form_))
      ->required()
      ->type_name(takes_paths ? "PATH" : "NAME=PATH");
  app.add_flag("-r,--recursive", recursive_,
               "Search also the folders in a folder (default: its own files alone)");
}

bool SourceArguments::are_named() const {
  const auto unnamed = std::find_if(
      arguments_.begin(), arguments_.end(),
      [&](const std::string& argument) { return !NamedPath(argument, form_).is_whole(); });
  if (unnamed == arguments_.end()) return true;
  const bool none = std::all_of(arguments_.begin(), arguments_.end(), [&](const std::string& text) {
    return NamedPath(text, form_).path == text;
  });
  if (none && form_ != Form::named) return false;
  throw InvalidArgument(fmt::format("source '{}': must be NAME=PATH, as in drums='drums/*.wav'{}",
                                    printable(*unnamed),
                                    form_ == Form::named ? "" : ", where another is"));
}

bool SourceArguments::reads_stdin() const {
  return std::any_of(arguments_.begin(), arguments_.end(),
                     [&](const std::string& text) { return NamedPath(text, form_).path == "-"; });
}

std::vector<SourceRecordings> SourceArguments::recordings(const std::string& name,
                                                          Console& console) const {
  const bool named = are_named();
  std::vector<SourceRecordings> sources;
  std::vector<std::string> names;
  const auto add = [&](const std::string& source, const std::vector<std::string>& paths) {
    validate_source_name(source);
    const FoundInputs found = find_inputs(paths, {recursive_, {}});
    tell(found.passed_over, console);
    names.push_back(source);
    sources.push_back({source, {}});
    for (const InputFile& file : found.files) sources.back().files.push_back(file.path);
  };
  if (!named) add(name, arguments_);
  for (const std::string& argument : named ? arguments_ : std::vector<std::string>())
    add(NamedPath(argument, form_).name, {NamedPath(argument, form_).path});
  refuse_equal_names(names);
  const std::vector<std::string> files = files_of(sources);
  if (std::count(files.begin(), files.end(), "-") > 1)
    throw InvalidArgument("-: stdin can be read only once; give the other source a file");
  return sources;
}

std::vector<std::string> files_of(const std::vector<SourceRecordings>& sources) {
  std::vector<std::string> files;
  for (const SourceRecordings& source : sources)
    files.insert(files.end(), source.files.begin(), source.files.end());
  return files;
}

}  // namespace nmfsep::cli
