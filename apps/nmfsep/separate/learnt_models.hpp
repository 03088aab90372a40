#pragma once

#include <vector>

#include "nmfsep/separation/separator.hpp"
#include "nmfsep/sources/source_model.hpp"

namespace nmfsep::cli {

/// The atoms that were learnt from a mixture, as models for the next one: a dictionary of each
/// source that has some.
std::vector<SourceModel> learnt_models(const Decomposition& found, const ModelHeader& header);

}  // namespace nmfsep::cli
