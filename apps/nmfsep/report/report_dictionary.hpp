#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "json/json_output.hpp"
#include "nmfsep/audio/excerpt_source.hpp"
#include "nmfsep/sources/source_model.hpp"

namespace nmfsep::cli {

/// When atoms sound: components × (frames · channels), channel after channel.
struct AtomActivations {
  Matrix H;
  Index channels = 1;
};

/// Whose atoms are shown, and when they sound.
struct DictionaryRequest {
  const std::vector<SourceModel>& models;
  const std::map<std::string, AtomActivations>& activations;  ///< by the models' names
  Excerpt excerpt;     ///< of the recording, which the page plays
  double seconds = 0;  ///< that it has
};

/// More atoms than this are too narrow to click.
inline constexpr Index most_clickable_atoms = 400;

/// What `separate --save-activations` wrote to this folder of each of these models that is shown.
/// Throws FileError.
std::map<std::string, AtomActivations> read_activations(const std::filesystem::path& folder,
                                                        const std::vector<SourceModel>& models);

/// Of each model that has atoms, by pitch: a picture of them, their spectra a byte a bin, what each
/// is called, and where there are activations a picture of these.
Json dictionaries_json(const DictionaryRequest& request);

}  // namespace nmfsep::cli
