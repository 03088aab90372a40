#pragma once

#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// An onset: when it is, in seconds, and how sure the detector is, 0 to 1.
struct Onset {
  double time = 0;
  float strength = 0;
};

/// The peaks of a strength over frames (see onset_frame_time) that reach `threshold` and are the
/// highest of three frames to either side, the first where several are; a parabola through each and
/// its neighbours says its time.
std::vector<Onset> pick_onsets(const VectorView& strength, float threshold);

/// How well times were found: precision, recall and their harmonic mean, 0 to 1.
struct OnsetScores {
  double f_measure = 0;
  double precision = 0;
  double recall = 0;
};

/// As mir_eval.onset.f_measure: the most pairs of a reference and an estimate no more than `window`
/// seconds apart, each in one pair at most. All 0 where either is empty. Times are sorted.
OnsetScores score_onsets(const std::vector<double>& references,
                         const std::vector<double>& estimates, double window);

}  // namespace nmfsep
