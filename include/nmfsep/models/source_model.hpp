#pragma once

#include <span>
#include <variant>

#include "nmfsep/models/dictionary.hpp"
#include "nmfsep/models/paired_dictionary.hpp"

namespace nmfsep {

/// Any kind of model that a file can hold.
using SourceModel = std::variant<Dictionary, PairedDictionary, ConvolutiveDictionary>;

/// What every kind has.
const ModelHeader& header_of(const SourceModel& model);

/// How a mixture is separated with these models together: as they say where all say the same, else
/// as usual.
SeparationSettings separation_settings(std::span<const SourceModel> models);

/// "dictionary", "paired-dictionary" or "convolutive-dictionary".
const char* kind_of(const SourceModel& model);

/// Frames an atom spans.
int context_of(const SourceModel& model);

/// Columns of each of the model's matrices.
Index components_of(const SourceModel& model);

}  // namespace nmfsep
