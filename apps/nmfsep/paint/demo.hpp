#pragma once

#include <filesystem>
#include <vector>

#include "console/console.hpp"
#include "nmfsep/sources/source_model.hpp"

namespace nmfsep::cli {

/// The folder of the demo trio: mixture.flac, and in train each instrument alone. It lies where the
/// program was installed, or in the source tree in which it was built. Throws FileError where it is
/// in neither.
std::filesystem::path demo_folder();

/// Models of its instruments, learnt from the files in train. Throws AudioFileError, Cancelled.
std::vector<SourceModel> demo_models(const std::filesystem::path& folder, Console& console);

}  // namespace nmfsep::cli
