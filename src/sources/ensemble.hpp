#pragma once

#include <functional>

#include "nmfsep/sources/decomposer.hpp"

namespace nmfsep {

/// What `members` decompositions of one mixture say together: the mixture under the mean of their
/// masks (`wiener_masks` of exponent 1), and their costs added up. One alone is taken as it is.
Decomposition average(const MatrixView& mixture, int members,
                      const std::function<Decomposition(int member)>& explain);

}  // namespace nmfsep
