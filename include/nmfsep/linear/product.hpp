#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// W·H, each entry summed atom by atom and every product rounded, so that its bits depend neither
/// on its neighbours nor on the instruction set. Where most activations are 0 they are skipped,
/// which changes no bit for finite W.
Matrix product(const MatrixView& W, const MatrixView& H);

}  // namespace nmfsep
