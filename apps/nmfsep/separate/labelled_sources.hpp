#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "files/inputs.hpp"
#include "flags/objective_flags.hpp"
#include "separate/separate_track.hpp"

namespace nmfsep::cli {

/// The sources that a file labels where they are alone in the only input.
struct LabelledSources {
  std::filesystem::path labels;
  std::vector<InputFile> inputs;
  const ObjectiveFlags& objective;
  std::string command;  ///< for the record of the models
};

/// A model of each label, in their order in the file, as `train` learns it. The job's models and
/// flags say how; its seed is theirs. Throws FileError and InvalidArgument as solo_regions, and for
/// several inputs; AudioFileError for stretches that are silent; Cancelled.
std::vector<SourceModel> learn(const LabelledSources& sources, const SeparationJob& job,
                               Console& console);

}  // namespace nmfsep::cli
