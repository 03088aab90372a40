#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nmfsep {

/// A sample in [−1, 1] as a `bits`-bit integer, rounded to nearest; beyond it, limited.
inline std::int32_t to_integer(float sample, int bits) {
  const double scale = std::ldexp(1.0, bits - 1);
  return static_cast<std::int32_t>(std::clamp(std::nearbyint(sample * scale), -scale, scale - 1));
}

}  // namespace nmfsep
