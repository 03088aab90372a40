#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// An activation that is not 0.
struct Active {
  Index atom;
  Index frame;
  float value;
};

}  // namespace nmfsep
