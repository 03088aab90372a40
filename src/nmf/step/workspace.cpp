#include "nmf/step/workspace.hpp"

#include <algorithm>
#include <cmath>

namespace nmfsep {

float scale_for(double mean) {
  if (mean <= 0) return 1;
  return std::ldexp(1.0F, std::clamp(-std::ilogb(mean), -126, 100));
}

LaneSource spectrum(LaneSource source, const Divergence& divergence) {
  source.floor = divergence.beta > 0 ? spectrum_floor : model_floor;
  source.least = divergence.beta > 0 ? 0 : model_floor;
  return source;
}

}  // namespace nmfsep
