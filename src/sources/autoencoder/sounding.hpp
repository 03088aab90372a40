#pragma once

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Throws InvalidArgument unless there are frames, none of them silent.
inline void require_sounding(const MatrixView& frames) {
  if (frames.cols() < 1 || !(frames.colwise().maxCoeff().minCoeff() > 0))
    throw InvalidArgument("an autoencoder needs frames, none of them silent");
}

}  // namespace nmfsep
