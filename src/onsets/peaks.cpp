#include "nmfsep/onsets/peaks.hpp"

#include <algorithm>
#include <cmath>

#include "nmfsep/onsets/onset_features.hpp"

namespace nmfsep {
namespace {

constexpr Index neighbours = 3;  ///< frames to either side that a peak tops

/// How far from the middle of three equidistant values the top of their parabola lies, −½ to ½.
double top_of(float before, float middle, float after) {
  const double curve = static_cast<double>(before) - 2.0 * middle + after;
  return curve < 0 ? std::clamp(0.5 * (static_cast<double>(before) - after) / curve, -0.5, 0.5) : 0;
}

}  // namespace

std::vector<Onset> pick_onsets(const VectorView& strength, float threshold) {
  const Index frames = strength.size();
  std::vector<Onset> onsets;
  for (Index t = 0; t < frames; ++t) {
    if (!(strength(t) >= threshold)) continue;
    const Index first = std::max<Index>(t - neighbours, 0);
    const Index last = std::min(t + neighbours, frames - 1);
    const bool tops_before =
        t == first || strength(t) > strength.segment(first, t - first).maxCoeff();
    if (!tops_before || strength(t) < strength.segment(t, last - t + 1).maxCoeff()) continue;
    const double shift =
        t > 0 && t + 1 < frames ? top_of(strength(t - 1), strength(t), strength(t + 1)) : 0;
    onsets.push_back({onset_frame_time(static_cast<double>(t) + shift), strength(t)});
  }
  return onsets;
}

OnsetScores score_onsets(const std::vector<double>& references,
                         const std::vector<double>& estimates, double window) {
  // Of sorted times that fit within one width, taking the first pair that fits loses none.
  std::size_t r = 0, e = 0, pairs = 0;
  while (r < references.size() && e < estimates.size()) {
    if (std::abs(references[r] - estimates[e]) <= window) {
      ++pairs, ++r, ++e;
    } else if (references[r] < estimates[e]) {
      ++r;
    } else {
      ++e;
    }
  }
  if (pairs == 0) return {};
  const auto of = [pairs](const std::vector<double>& all) {
    return static_cast<double>(pairs) / static_cast<double>(all.size());
  };
  const double precision = of(estimates), recall = of(references);
  return {2 * precision * recall / (precision + recall), precision, recall};
}

}  // namespace nmfsep
