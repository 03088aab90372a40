#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "nmfsep/core/pending_file.hpp"
#include "nmfsep/sources/source_model.hpp"

namespace nmfsep {

/// Reads the models of a file (docs/model-format.md). Throws ModelFileError naming the
/// file and the fault unless every byte is as `save_models` wrote it: header within bounds, tensors
/// without overlap or hole, hash, version, shapes, types, and every value as its kind wants it.
std::vector<SourceModel> load_models(const std::filesystem::path& path);

/// Whether the file begins as models do: not whether it is a good one. False where there is none.
bool looks_like_model(const std::filesystem::path& path);

/// Writes models of equal analysis and different names to one file, whole or not at all.
/// Throws InvalidArgument when the set breaks these rules, FileError when it cannot be written.
void save_models(const std::filesystem::path& path, std::span<const SourceModel> models,
                 Overwrite overwrite);

}  // namespace nmfsep
