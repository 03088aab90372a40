// POSIX glob enters here: its matches come unsorted, since its own order is the locale's.
#include "files/inputs.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <cctype>
#include <new>
#include <set>
#include <span>
#include <sstream>

#include "nmfsep/audio/file_names.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// One name for each file, whatever links and dots lead to it.
fs::path identity(const fs::path& path) {
  std::error_code error;
  const fs::path result = fs::weakly_canonical(path, error);
  return error ? fs::absolute(path, error).lexically_normal() : result;
}

std::vector<fs::path> entries_of(const fs::path& folder, std::error_code& error) {
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    entries.push_back(entry->path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::vector<fs::path> matches_of(const std::string& pattern) {
  glob_t matches{};
  const int status = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &matches);
  std::vector<fs::path> paths(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
  ::globfree(&matches);
  if (status == GLOB_NOSPACE) throw std::bad_alloc();
  if (paths.empty())
    throw AudioFileError(
        fmt::format("{}: no such file, and no file matches it", nmfsep::quoted(pattern)));
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// The path itself, or the matches of what is a pattern and no file.
std::vector<fs::path> paths_of(const std::string& argument) {
  std::error_code ignored;
  const bool is_pattern = argument.find_first_of("*?[") != std::string::npos;
  if (!is_pattern || fs::exists(argument, ignored)) return {argument};
  return matches_of(argument);
}

class Finder {
 public:
  explicit Finder(const InputSearch& search)
      : recursive_(search.recursive),
        ignored_(search.ignored.empty() ? fs::path() : identity(search.ignored)) {}

  void add(const std::string& argument) {
    const std::size_t matched = matched_;
    const std::size_t passed_over = found_.passed_over.size();
    for (const fs::path& path : paths_of(argument)) add_path(path);
    if (matched_ == matched) refuse(argument, std::span(found_.passed_over).subspan(passed_over));
  }

  FoundInputs found() && { return std::move(found_); }

 private:
  /// `passed_over` is what the argument has led to.
  [[noreturn]] void refuse(const std::string& argument,
                           std::span<const PassedOver> passed_over) const {
    const auto unread = std::find_if(passed_over.begin(), passed_over.end(),
                                     [](const PassedOver& one) { return one.holds_sound; });
    throw AudioFileError(
        fmt::format("{}: no audio files {}in this folder{}{}", nmfsep::quoted(argument),
                    unread == passed_over.end() ? "" : "that this program reads ",
                    recursive_ ? " or those below" : "; --recursive also searches those below",
                    unread == passed_over.end()
                        ? ""
                        : fmt::format("; {}: {}", nmfsep::quoted(unread->path), unread->reason)));
  }

  void add_path(const fs::path& path) {
    if (is_folder(path))
      add_folder(path, {});
    else
      add_file({path, {}});
  }

  void add_folder(const fs::path& folder, const fs::path& below) {
    std::error_code unreadable;
    const std::vector<fs::path> entries = entries_of(folder, unreadable);
    if (unreadable && below.empty())
      throw AudioFileError(fmt::format("{}: cannot read this folder: {}", nmfsep::quoted(folder),
                                       unreadable.message()));
    if (unreadable) add_file({folder, below.parent_path()});  // fails alone, when it is opened
    for (const fs::path& entry : entries) {
      std::error_code error;
      if (entry.filename().native().starts_with('.')) continue;
      if (fs::is_directory(fs::symlink_status(entry, error))) {  // links may lead in a circle
        if (identity(entry) == ignored_) continue;
        if (recursive_)
          add_folder(entry, below / entry.filename());
        else
          found_.passed_over.push_back({entry, "a folder; --recursive searches it"});
      } else if (looks_like_audio(entry) && (fs::is_regular_file(entry, error) || error)) {
        add_file({entry, below});  // what cannot be looked at is named when it is opened
      } else {
        found_.passed_over.push_back(passed_over(entry));
      }
    }
  }

  static PassedOver passed_over(const fs::path& entry) {
    std::error_code ignored;
    if (fs::is_directory(entry, ignored)) return {entry, "a link to a folder"};
    if (!fs::is_regular_file(entry, ignored)) return {entry, "no regular file"};
    if (looks_like_unread_audio(entry))
      return {entry, "its kind is not read; convert it: " + conversion_command(entry), true};
    return {entry, "its name is not that of an audio file"};
  }

  void add_file(InputFile file) {
    ++matched_;
    if (seen_.insert(identity(file.path)).second) found_.files.push_back(std::move(file));
  }

  bool recursive_;
  fs::path ignored_;
  FoundInputs found_;
  std::set<fs::path> seen_;
  std::size_t matched_ = 0;  ///< with those that had been found before
};

}  // namespace

FoundInputs find_inputs(const std::vector<std::string>& arguments, const InputSearch& search) {
  Finder finder(search);
  for (const std::string& argument : arguments) finder.add(argument);
  return std::move(finder).found();
}

std::vector<std::string> expand_files(const std::vector<std::string>& arguments) {
  std::vector<std::string> files;
  for (const std::string& argument : arguments) {
    std::error_code ignored;
    if (fs::exists(argument, ignored)) {
      files.push_back(argument);
      continue;
    }
    std::istringstream parts(argument);
    for (std::string part; std::getline(parts, part, ',');)
      for (const fs::path& path : paths_of(part)) files.push_back(path.string());
  }
  return files;
}

}  // namespace nmfsep::cli
