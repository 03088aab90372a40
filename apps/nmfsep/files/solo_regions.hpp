#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "console/console.hpp"
#include "nmfsep/material/source_audio.hpp"

namespace nmfsep::cli {

/// Which of a label file's sources are learnt.
struct SoloRequest {
  std::filesystem::path labels;  ///< see read_regions
  std::string only = {};         ///< the label of the only one; or empty for all
  std::string name = {};         ///< what that one is called, if not as its label
};

/// The stretches of `recording` in which sources are alone, as its labels say: a source a label.
/// Warns of stretches that share time, and of frequencies, which are all learnt from. Throws
/// FileError as read_regions, for points in time and for labels that cannot be names of sources;
/// InvalidArgument for a label that there is not, naming those there are.
std::vector<SourceRecordings> solo_regions(const std::filesystem::path& recording,
                                           const SoloRequest& request, Console& console);

}  // namespace nmfsep::cli
