#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string_view>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/progress.hpp"
#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// How far work on many threads has come. Any of them may knock, as often as it likes: one call of
/// the callback at a time, now and then, and after it has answered cancel every knock throws
/// Cancelled.
class SharedProgress {
 public:
  /// Calls the callback once, with nothing done.
  SharedProgress(const ProgressCallback& callback, std::string_view stage, Index total)
      : callback_(callback), state_{stage, 0, total, {}} {
    call();
  }

  /// From one thread alone, while no other knocks.
  void advance(Index steps) {
    state_.done += steps;
    knock();
  }
  void set_cost(double cost) { state_.cost = cost; }

  void knock() {
    if (cancelled_) throw Cancelled();
    const std::unique_lock<std::mutex> lock(calling_, std::try_to_lock);
    if (lock.owns_lock() && Clock::now() >= next_call_) call();
  }

  /// With everything done.
  void finish() {
    state_.done = state_.total;
    call();
  }

  /// What computations on the way may call.
  ProgressCallback knocking() {
    return [this](const Progress&) {
      knock();
      return Answer::proceed;
    };
  }

 private:
  using Clock = std::chrono::steady_clock;

  void call() {
    next_call_ = Clock::now() + std::chrono::milliseconds(20);
    if (!callback_ || callback_(state_) == Answer::proceed) return;
    cancelled_ = true;
    throw Cancelled();
  }

  const ProgressCallback& callback_;
  Progress state_;
  std::mutex calling_;
  std::atomic<bool> cancelled_ = false;
  Clock::time_point next_call_;
};

}  // namespace nmfsep
