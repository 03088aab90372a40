#pragma once

#include <variant>

#include "nmfsep/models/dictionary.hpp"
#include "nmfsep/models/paired_dictionary.hpp"

namespace nmfsep {

/// Any kind of model that a file can hold.
using SourceModel = std::variant<Dictionary, PairedDictionary>;

/// What every kind has.
const ModelHeader& header_of(const SourceModel& model);

/// Columns of each of the model's matrices.
Index components_of(const SourceModel& model);

}  // namespace nmfsep
