#pragma once

#include <algorithm>
#include <cmath>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// 10 log10(signal / noise) of two energies, limited to ±largest_score.
inline double ratio_in_db(double signal, double noise) {
  if (signal <= 0.0) return -largest_score;
  if (noise <= 0.0) return largest_score;
  return std::clamp(10.0 * (std::log10(signal) - std::log10(noise)), -largest_score, largest_score);
}

}  // namespace nmfsep
