#pragma once

#include <filesystem>
#include <vector>

#include "json/json_output.hpp"
#include "nmfsep/audio/excerpt_source.hpp"
#include "nmfsep/sources/source_model.hpp"

namespace nmfsep::cli {

/// Whose atoms are shown, and when they sound.
struct DictionaryRequest {
  const std::vector<SourceModel>& models;
  std::filesystem::path activations;  ///< a folder of SOURCE-H.npy; or empty
  Excerpt excerpt;                    ///< of the recording, which the page plays
  double seconds = 0;                 ///< that it has
};

/// More atoms than this are too narrow to click.
inline constexpr Index most_clickable_atoms = 400;

/// Of each model that has atoms, by pitch: a picture of them, their spectra a byte a bin, what each
/// is called, and where there are activations a picture of these. Throws FileError.
Json dictionaries_json(const DictionaryRequest& request);

}  // namespace nmfsep::cli
