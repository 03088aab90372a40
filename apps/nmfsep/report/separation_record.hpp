#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "json/json_output.hpp"

namespace nmfsep::cli {

/// What `separate --json` wrote. Throws FileError for another file.
Json read_separation(const std::filesystem::path& path);

/// The record of the track whose stems lie in this folder. `file` is where the separation was read,
/// for messages. Throws FileError where no track does.
Json record_of(const Json& separation, const std::filesystem::path& stems,
               const std::filesystem::path& file);

/// Headings and what they say, for people: the command, its version, settings and analysis. None
/// where there is no separation.
std::vector<std::pair<std::string, std::string>> facts_of(const Json& separation,
                                                          const Json& record);

}  // namespace nmfsep::cli
