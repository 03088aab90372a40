#pragma once

#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Rows of a product that are worked on at a time: eight vectors of the longest kind.
inline constexpr Index stripe_rows = 128;

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
