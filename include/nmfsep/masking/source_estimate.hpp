#pragma once

#include <string>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// The waist of the design: what one source contributes to the mixture's bins and frames, whatever
/// the kind of model that says so.
struct SourceEstimate {
  std::string name;
  Matrix magnitudes;  ///< bins × columns, non-negative, laid out as the mixture's `magnitudes`
};

}  // namespace nmfsep
