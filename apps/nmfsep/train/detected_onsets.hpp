#pragma once

#include <memory>
#include <string>

#include "nmfsep/sources/training_method.hpp"

namespace nmfsep::cli {

/// The onsets that the detector in a file finds. Throws ModelFileError.
std::shared_ptr<const OnsetFinder> detected_onsets(const std::string& path);

}  // namespace nmfsep::cli
