#pragma once

#include <string>

#include "nmfsep/sources/source_model.hpp"

namespace nmfsep::cli {

/// A model's atoms as p(f given z), a line each: where it is highest, and its entropy. Throws
/// InvalidArgument for a model that has no atoms of one frame, naming `path` and source.
std::string probabilities_of(const std::string& path, const SourceModel& model);

}  // namespace nmfsep::cli
