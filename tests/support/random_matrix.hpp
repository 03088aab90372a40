#pragma once

#include <cstdint>

#include "nmfsep/core/random.hpp"
#include "nmfsep/core/types.hpp"

namespace nmfsep::test {

/// Uniform in [0, 1).
inline Matrix random_matrix(Index rows, Index columns, std::uint64_t seed) {
  Random random(seed);
  return Matrix::NullaryExpr(rows, columns, [&] { return random.uniform(); });
}

/// Uniform in [0.1, 1.1): no entry is near 0.
inline Matrix positive_matrix(Index rows, Index columns, std::uint64_t seed) {
  return random_matrix(rows, columns, seed).array() + 0.1F;
}

}  // namespace nmfsep::test
