#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "nmfsep/core/pending_file.hpp"
#include "nmfsep/models/dictionary.hpp"

namespace nmfsep {

/// Reads the dictionaries of a model file (docs/model-format.md). Throws ModelFileError naming the
/// file and the fault unless every byte is as `save_models` wrote it: header within bounds, tensors
/// without overlap or hole, hash, version, shapes, types, and every value finite and not negative.
std::vector<Dictionary> load_models(const std::filesystem::path& path);

/// Writes dictionaries of equal analysis and different names to one file, whole or not at all.
/// Throws InvalidArgument when the set breaks these rules, FileError when it cannot be written.
void save_models(const std::filesystem::path& path, std::span<const Dictionary> dictionaries,
                 Overwrite overwrite);

}  // namespace nmfsep
