#pragma once

#include <algorithm>

#include "nmfsep/core/progress.hpp"

namespace nmfsep {

/// How far a separation has come, in STFT frames, for its callback.
class FrameProgress {
 public:
  /// `total` frames in all, 0 where nobody knows. Both are referred to.
  FrameProgress(const ProgressCallback& callback, Index total) : callback_(callback) {
    progress_.stage = "separate";
    progress_.total = total;
  }

  /// Throws Cancelled when the callback asks for it.
  void report() const { nmfsep::report(callback_, progress_); }

  /// For a computation of its own steps that makes the next `frames`.
  ProgressCallback within(Index frames) {
    return [this, frames, before = progress_.done](const Progress& part) {
      const auto steps = std::max<std::int64_t>(1, part.total);
      progress_.done = std::max(progress_.done, before + frames * part.done / steps);
      progress_.cost = part.cost;
      return callback_ ? callback_(progress_) : Answer::proceed;
    };
  }

 private:
  const ProgressCallback& callback_;
  Progress progress_;
};

}  // namespace nmfsep
