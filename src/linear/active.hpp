#pragma once

#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// The activations of a frame that are not 0, in the order of their atoms.
struct FrameAtoms {
  struct Active {
    Index atom;
    float value;
  };
  Index frame;
  std::vector<Active> active;
};

}  // namespace nmfsep
