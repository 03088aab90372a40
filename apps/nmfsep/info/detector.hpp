#pragma once

#include <string>

#include "json/json_output.hpp"
#include "nmfsep/onsets/onset_detector.hpp"

namespace nmfsep::cli {

/// What is in the file of an onset detector, lines for people.
std::string describe_detector(const std::string& path, const OnsetDetector& detector);

/// The same for programs.
Json detector_json(const std::string& path, const OnsetDetector& detector);

/// The command that makes the file anew, a line. Throws ModelFileError where the file has none.
std::string command_of_detector(const std::string& path, const OnsetDetector& detector);

}  // namespace nmfsep::cli
