#pragma once

#include <algorithm>
#include <bit>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Size of the transforms that filter or correlate long signals with `taps` taps: a block of
/// seven eighths of it is new, and at 512 taps everything a block needs stays in cache.
inline Index block_fft_size(Index taps) {
  return static_cast<Index>(
      std::bit_ceil(static_cast<std::size_t>(std::max<Index>(8 * taps, 1024))));
}

}  // namespace nmfsep
