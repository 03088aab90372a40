#include "source_files.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <filesystem>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

/// The files in a folder, hidden ones left out.
std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->is_regular_file(error) && !entry->path().filename().native().starts_with('.'))
      files.push_back(entry->path());
  if (error) throw AudioFileError(fmt::format("{}: {}", quoted(folder), error.message()));
  if (files.empty())
    throw AudioFileError(fmt::format("{}: no files in this folder", quoted(folder)));
  return files;
}

/// Does not sort: glob's own order is the locale's.
std::vector<fs::path> matches_of(const std::string& pattern) {
  glob_t matches{};
  const int status = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &matches);
  const std::vector<fs::path> files(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
  ::globfree(&matches);
  if (status == GLOB_NOSPACE) throw std::bad_alloc();
  if (files.empty())
    throw AudioFileError(
        fmt::format("{}: no such file, and no file matches it", nmfsep::quoted(pattern)));
  return files;
}

std::vector<fs::path> expand(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return files_in(path);
  if (fs::exists(path, ignored)) return {path};
  return matches_of(path);
}

}  // namespace

SourceRecordings parse_source(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw InvalidArgument(
        fmt::format("source '{}': must be NAME=PATH, as in drums='drums/*.wav'", printable(text)));
  SourceRecordings source{text.substr(0, equals), {}};
  validate_source_name(source.name);
  source.files = expand(text.substr(equals + 1));
  std::sort(source.files.begin(), source.files.end(),
            [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  return source;
}

}  // namespace nmfsep::cli
