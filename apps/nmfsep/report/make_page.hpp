#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "console/console.hpp"
#include "report/report_data.hpp"

namespace nmfsep::cli {

/// Adds to the facts of what the page is made: the SHA-256 of tracks and of these model files, and
/// this program's version.
void add_file_facts(ReportRequest& request, const std::vector<std::string>& models);

/// The whole page. `report` is where it will be. Throws FileError, Cancelled.
std::string make_page(const std::string& title, const ReportRequest& request,
                      const std::filesystem::path& report, Console& console);

}  // namespace nmfsep::cli
