#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Audio in memory. Full scale is ±1; values beyond it are legal and kept.
struct AudioBuffer {
  Matrix samples;       ///< samples × channels, so a channel is contiguous
  int sample_rate = 0;  ///< Hz

  Index length() const { return samples.rows(); }
  Index channels() const { return samples.cols(); }
  double seconds() const { return static_cast<double>(length()) / sample_rate; }
};

}  // namespace nmfsep
