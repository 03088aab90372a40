#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "inputs.hpp"
#include "name_template.hpp"
#include "nmfsep/audio/audio_file.hpp"

namespace nmfsep::cli {

/// What a run of `separate` will write, by and large.
struct StemRequest {
  std::vector<InputFile> inputs;
  std::filesystem::path folder;
  NameTemplate names;
  std::vector<std::string> sources;
  AudioFormat format;
  Overwrite overwrite = Overwrite::refuse;
};

/// What it will write for one input.
struct StemPlan {
  std::filesystem::path input;
  std::vector<std::filesystem::path> outputs;  ///< one a source
  AudioFormat format;
  Overwrite overwrite = Overwrite::refuse;
  std::string fault = {};  ///< why there is no name for an output, and so none of them
};

/// Decides every output's name before anything runs. Throws InvalidArgument when two outputs would
/// share a name, or one be the folder of another.
std::vector<StemPlan> plan_stems(const StemRequest& request);

/// Throws FileError when an output exists and may not be replaced.
void refuse_existing(const StemPlan& plan);

}  // namespace nmfsep::cli
