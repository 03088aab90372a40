#pragma once

#include <algorithm>
#include <mutex>
#include <utility>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/progress.hpp"
#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// How far a separation has come, in STFT frames, for its callback. Stages that run beside each
/// other share it: calls come one at a time, and none after an answer to cancel.
class FrameProgress {
 public:
  /// `total` frames in all, 0 where nobody knows. `callback` is referred to.
  FrameProgress(const ProgressCallback& callback, Index total) : callback_(callback) {
    progress_.stage = "separate";
    progress_.total = total;
  }

  /// Throws Cancelled when the callback asks for it.
  void report() {
    if (ask([](Progress&) {}) == Answer::cancel) throw Cancelled();
  }

  /// For a computation of its own steps that makes some `frames`, perhaps beside others.
  ProgressCallback within(Index frames) {
    return [this, frames, counted = std::int64_t{0}](const Progress& part) mutable {
      return ask([&](Progress& progress) {
        const auto steps = std::max<std::int64_t>(1, part.total);
        const auto done = std::max(counted, frames * part.done / steps);
        progress.done += done - std::exchange(counted, done);
        progress.cost = part.cost;
      });
    };
  }

 private:
  template <typename Change>
  Answer ask(const Change& change) {
    const std::lock_guard lock(mutex_);
    change(progress_);
    if (!cancelled_ && callback_) cancelled_ = callback_(progress_) == Answer::cancel;
    return cancelled_ ? Answer::cancel : Answer::proceed;
  }

  const ProgressCallback& callback_;
  std::mutex mutex_;  ///< guards what follows
  Progress progress_;
  bool cancelled_ = false;
};

}  // namespace nmfsep
