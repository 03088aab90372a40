#pragma once

#include <string>

#include "nmfsep/sources/model_header.hpp"

namespace nmfsep {

/// A matrix of a model, with the names for messages.
struct NamedMatrix {
  const std::string& source;
  const char* name;
  const Matrix& values;
};

/// Each throws InvalidArgument that names source, matrix, place and rule.
void require_shape(const NamedMatrix& matrix, Index rows, Index columns);  ///< at least one column
void require_non_negative(const NamedMatrix& matrix);                      ///< and finite
void require_unit_columns(const NamedMatrix& matrix);                      ///< that sum to one

}  // namespace nmfsep
