#pragma once

#include <string>
#include <vector>

#include "nmfsep/core/types.hpp"
#include "nmfsep/models/dictionary.hpp"

namespace nmfsep {

/// Throws InvalidArgument that names both models unless they are for one analysis.
void require_equal_analyses(const ModelHeader& first, const ModelHeader& other);

/// Throws InvalidArgument that names the twins.
void refuse_equal_names(std::vector<std::string> names);

/// Throws InvalidArgument unless `mixture` has `bins` rows and equally many columns a channel.
void require_fit(Index bins, const MatrixView& mixture, Index channels);

/// The columns of all, which have equally many rows; at least one.
Matrix side_by_side(const std::vector<Matrix>& parts);

}  // namespace nmfsep
