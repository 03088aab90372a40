#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "files/inputs.hpp"
#include "files/name_template.hpp"
#include "nmfsep/audio/audio_file.hpp"

namespace nmfsep::cli {

/// A stem that is written.
struct WantedStem {
  std::string name;
  std::optional<std::size_t> source = {};  ///< which of the sources; none for the residual, which
                                           ///< is the mixture without the others
};

/// The stems of these sources: all, or those that `only` names; then the residual, if it has a
/// name. Throws InvalidArgument for a name that is no source, or already one.
std::vector<WantedStem> wanted_stems(const std::vector<std::string>& sources,
                                     const std::vector<std::string>& only,
                                     const std::string& residual);

/// What is made of each input for people, beside its stems.
enum class Page { report, plots };

/// "report" or "plots".
std::string to_string(Page page);

/// What a run of `separate` will write, by and large.
struct StemRequest {
  std::vector<InputFile> inputs;
  std::filesystem::path folder;
  NameTemplate names;
  std::vector<WantedStem> stems;
  std::vector<AudioFormat> formats = {};  ///< one an input
  Overwrite overwrite = Overwrite::refuse;
  bool to_stdout = false;                   ///< the only stem goes there
  std::filesystem::path explanations = {};  ///< where a folder of each goes; or empty
  std::vector<Page> pages = {};             ///< of each
};

/// What it will write for one input.
struct StemPlan {
  std::filesystem::path input;
  std::vector<WantedStem> stems;
  std::vector<std::filesystem::path> outputs;  ///< one a stem; none when it goes to stdout
  AudioFormat format;
  Overwrite overwrite = Overwrite::refuse;
  std::filesystem::path explanation = {};  ///< the folder for how it was explained; or empty
  std::map<Page, std::filesystem::path> pages = {};
  std::string fault = {};  ///< why there is no name for an output, and so none of them

  /// All that it will write but explanations, by what a manifest calls it: a stem by its name, a
  /// page as in "page:report", which no source can be called.
  std::vector<std::pair<std::string, std::filesystem::path>> files() const;
};

/// Decides every output's name before anything runs. Throws InvalidArgument when two outputs would
/// share a name, or one be the folder of another.
std::vector<StemPlan> plan_stems(const StemRequest& request);

}  // namespace nmfsep::cli
