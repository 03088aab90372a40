#include "report/compared_stems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "files/inputs.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

using Parts = std::vector<std::string>;

Parts parts_of(const fs::path& path) {
  Parts parts;
  for (const fs::path& part : path.lexically_normal())
    if (!part.empty()) parts.push_back(part.string());
  return parts;
}

/// How many parts all have in common, from their fronts on.
std::size_t common(const std::vector<Parts>& all) {
  std::size_t count = 0;
  while (std::all_of(all.begin(), all.end(), [&](const Parts& parts) {
    return count < parts.size() && parts[count] == all.front()[count];
  }))
    ++count;
  return count;
}

/// What is left of each path without what all begin and end with.
std::vector<std::string> differing_parts(const std::vector<StemFolder>& folders) {
  std::vector<Parts> all;
  for (const StemFolder& folder : folders) all.push_back(parts_of(folder.path));
  for (int end = 0; end < 2; ++end) {
    if (all.size() > 1) {
      const std::size_t count = common(all);
      for (Parts& parts : all) parts.erase(parts.begin(), parts.begin() + std::ptrdiff_t(count));
    }
    for (Parts& parts : all) std::reverse(parts.begin(), parts.end());
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < all.size(); ++i) {
    fs::path name;
    for (const std::string& part : all[i]) name /= part;
    names.push_back(name.empty() ? folders[i].path.string() : name.string());
  }
  return names;
}

std::vector<fs::path> stems_in(const fs::path& folder) {
  std::vector<fs::path> stems;
  const std::string parts = fs::is_directory(folder) ? folder.string() : folder.string() + "/";
  for (const InputFile& file : find_inputs({parts}, {}).files) stems.push_back(file.path);
  return stems;
}

}  // namespace

std::vector<StemFolder> stem_folders(const std::vector<std::string>& arguments) {
  std::vector<StemFolder> folders;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    const bool named = equals != std::string::npos && equals > 0 && !fs::exists(argument);
    folders.push_back(named ? StemFolder{argument.substr(0, equals), argument.substr(equals + 1)}
                            : StemFolder{"", argument});
  }
  const std::vector<std::string> names = differing_parts(folders);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    if (folders[i].method.empty()) folders[i].method = names[i];
    if (!seen.insert(folders[i].method).second)
      throw InvalidArgument(fmt::format("two methods are called '{}'; name them METHOD=FOLDER",
                                        printable(folders[i].method)));
  }
  return folders;
}

void add_stems(const std::vector<StemFolder>& folders, std::vector<ReportTrack>& tracks) {
  using Role = ReportTrack::Role;
  const std::size_t begin = tracks.size();
  const bool compared = folders.size() > 1;
  for (const fs::path& path : stems_in(folders.front().path)) {
    tracks.push_back({path.stem().string(), Role::stem, path});
    if (compared) tracks.back().method = folders.front().method;
  }
  const std::size_t end = tracks.size();
  for (std::size_t i = 1; i < folders.size(); ++i) {
    const std::vector<fs::path> stems = stems_in(folders[i].path);
    for (std::size_t at = begin; at < end; ++at) {
      const auto same = std::find_if(stems.begin(), stems.end(), [&](const fs::path& stem) {
        return stem.stem() == tracks[at].path.stem();
      });
      if (same == stems.end() || stems.size() != end - begin)
        throw FileError(
            fmt::format("{}: its {} stems are not those of {}, which has '{}'; compare "
                        "methods by stems of the same sources",
                        quoted(folders[i].path), stems.size(), quoted(folders.front().path),
                        printable(tracks[at].name)));
      tracks.push_back(
          {fmt::format("{} ({})", tracks[at].name, folders[i].method), Role::other, *same, at});
      tracks.back().method = folders[i].method;
    }
  }
}

}  // namespace nmfsep::cli
