#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json_output.hpp"
#include "paint/marks.hpp"

namespace nmfsep::cli {

/// What `paint` saves: a folder with this file, project.json, and what it names.
struct PaintProject {
  std::filesystem::path mixture;  ///< as it was given
  std::string mixture_sha256;
  std::vector<std::filesystem::path> models;  ///< in the folder
  std::vector<std::string> learn;             ///< "rest=25"
  std::uint64_t seed = 0;
  Marks marks;
  Json strokes = nullptr;  ///< the page's own
};

/// Whether the file begins as JSON does, as no label file and no picture do.
bool looks_like_project(const std::filesystem::path& path);

/// Reads the file and the pictures that it names. Throws FileError that names file, field and rule
/// for anything else than `to_json` and its pictures, and for names that leave the folder.
PaintProject read_project(const std::filesystem::path& path);

/// The text of the file; models and marks are named as they lie in its folder.
Json to_json(const PaintProject& project);

/// "marks/voice.png", "marks/!voice.png".
std::filesystem::path picture_of(const Mark& mark);

/// JSON of what others wrote; null for what is none, or nests deeper than any page does.
std::optional<Json> parsed(std::string_view text);

}  // namespace nmfsep::cli
