#pragma once

#include <tbb/task_arena.h>

#include <exception>
#include <limits>
#include <mutex>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// What goes wrong while blocks are worked on beside each other. No exception may reach oneTBB: it
/// would cancel the loops of other blocks, which would then go on with half of their results. What
/// is thrown in the end is as if one block had followed the other.
class BlockFailures {
 public:
  /// Does `work` on a block, unless it or one before it has failed. Isolated, so that a thread that
  /// waits for its part of a block does not begin another, and perhaps to wait for audio.
  template <typename Work>
  void attempt(Index block, const Work& work) {
    if (covers(block)) return;
    try {
      tbb::this_task_arena::isolate(work);
    } catch (...) {
      add(block, std::current_exception());
    }
  }

  /// Whether the block or one before it has failed.
  bool covers(Index block) const {
    const std::lock_guard lock(mutex_);
    return block >= first_;
  }

  /// Throws what the first block that failed has thrown. Call it when no work goes on.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void add(Index block, std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (block >= first_) return;
    first_ = block;
    failure_ = std::move(failure);
  }

  mutable std::mutex mutex_;
  Index first_ = std::numeric_limits<Index>::max();  ///< block that failed
  std::exception_ptr failure_;
};

}  // namespace nmfsep
