#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "nmfsep/core/progress.hpp"
#include "nmfsep/onsets/onset_detector.hpp"

namespace nmfsep {

/// A recording and when its onsets are, in seconds, sorted.
struct LabelledRecording {
  AudioBuffer audio;
  std::vector<double> onsets;
};

/// How an onset detector is built and trained.
struct OnsetTrainingOptions {
  int layers = 2;               ///< of memory, each in both directions; 1 to 3
  Index units = 20;             ///< of a layer in each direction, 1 to 512
  int steps = 600;              ///< of eight stretches of three seconds
  double learning_rate = 5e-3;  ///< of the first step; a half cosine brings it to 0
  std::uint64_t seed = 0;

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

/// What was learnt, and how well it finds the onsets of what it did not learn from: the last fifth
/// of each recording. Nothing where fewer than five onsets lie there.
struct TrainedOnsets {
  OnsetDetector detector;
  std::optional<OnsetScores> within_25_ms, within_50_ms;
};

/// Trains a network of bidirectional LSTMs (Eyben et al., 2010, ISMIR) by cross-entropy: the frame
/// of an onset counts as one, its neighbours as a half. The threshold is the one that scores
/// highest within 25 ms on what is held out. Throws InvalidArgument where there are fewer than two
/// onsets or less than half a second of sound, Cancelled.
TrainedOnsets train_onsets(const std::vector<LabelledRecording>& recordings,
                           const OnsetTrainingOptions& options,
                           const ProgressCallback& progress = {});

}  // namespace nmfsep
