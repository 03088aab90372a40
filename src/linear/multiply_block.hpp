#pragma once

#include <tuple>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Sizes of the blocks of a product: a packed block of A stays in the second cache.
inline constexpr Index block_rows = 192;
inline constexpr Index block_columns = 192;
inline constexpr Index block_depth = 256;

/// What one block of C is the product of.
struct ProductBlock {
  /// Entry (i, j) at data[i·row_step + j·column_step].
  struct Side {
    const float* data;
    Index row_step, column_step;
  };
  Side A, B;
  Index depth;  ///< A's columns, B's rows
  bool add;     ///< to what is in C
};

}  // namespace nmfsep
