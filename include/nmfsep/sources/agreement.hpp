#pragma once

#include <string>
#include <vector>

#include "nmfsep/core/types.hpp"
#include "nmfsep/sources/decomposer.hpp"

namespace nmfsep {

/// Throws InvalidArgument that names both models unless they are for one analysis.
void require_equal_analyses(const ModelHeader& first, const ModelHeader& other);

/// Throws InvalidArgument for a bad name or fewer than one component.
void validate(const LearntSource& source);

/// Throws InvalidArgument that names the twins.
void refuse_equal_names(std::vector<std::string> names);

/// Throws InvalidArgument unless `mixture` has `bins` rows and equally many columns a channel.
void require_fit(Index bins, const MatrixView& mixture, Index channels);

}  // namespace nmfsep
