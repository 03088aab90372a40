#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nmfsep/onsets/peaks.hpp"

namespace nmfsep::cli {

/// Times of onsets in seconds, sorted: the beginnings of a label file's regions (see read_regions),
/// or a number a line, as annotations come for mir_eval. Throws FileError naming file, line and
/// value for anything else, and for a time beyond `seconds`, where the recording ends.
std::vector<double> read_onset_times(const std::filesystem::path& path, double seconds);

/// Audacity labels, points in time with their strength as the label.
std::string onset_labels(const std::vector<Onset>& onsets);

/// "time,strength", a line an onset.
std::string onset_csv(const std::vector<Onset>& onsets);

}  // namespace nmfsep::cli
