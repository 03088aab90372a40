#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/report_data.hpp"

namespace nmfsep::cli {

/// A folder of a track's stems, and what the method that made them is called.
struct StemFolder {
  std::string method;
  std::filesystem::path path;
};

/// Of arguments FOLDER or METHOD=FOLDER, where no folder has that name. Methods that are not named
/// are called by the part of their paths that differs. Throws InvalidArgument for equal names.
std::vector<StemFolder> stem_folders(const std::vector<std::string>& arguments);

/// Appends the stems of all folders: those of the first by their names, and after them each other
/// method's stem of the same source. Throws FileError where a folder has not the same sources.
void add_stems(const std::vector<StemFolder>& folders, std::vector<ReportTrack>& tracks);

}  // namespace nmfsep::cli
