#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Which state a source is in, frame after frame.
struct MarkovChain {
  Vector initial;      ///< P(state) of a first frame; sums to one
  Matrix transitions;  ///< states × states: P(next = column | now = row); rows sum to one

  Index states() const { return initial.size(); }
};

}  // namespace nmfsep
