#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>

#include "nmfsep/core/progress.hpp"

namespace nmfsep {

/// Lets many threads share one progress callback: a call now and then, one at a time, and once it
/// has answered cancel every thread that knocks or advances throws Cancelled.
class ProgressGate {
 public:
  /// `total` counts steps of any kind. Calls the callback once, with nothing done; it must outlive
  /// the gate, as what `stage` views must.
  ProgressGate(const ProgressCallback& callback, std::string_view stage, std::int64_t total);

  /// Adds `steps` to what is done. Cheap enough to be called every few milliseconds.
  void advance(std::int64_t steps);
  /// Asks whether to go on, with no more done.
  void knock() { advance(0); }
  /// The same as a callback of computations on the way.
  ProgressCallback knocking();
  /// What later calls of the callback say about the objective.
  void set_cost(double cost);
  /// Calls the callback with everything done.
  void finish();

 private:
  void call(std::int64_t done);

  const ProgressCallback& callback_;
  const std::string_view stage_;
  const std::int64_t total_;
  std::atomic<std::int64_t> done_ = 0;
  std::atomic<bool> cancelled_ = false;
  std::mutex calling_;
  std::optional<double> cost_;
  std::chrono::steady_clock::time_point next_call_;
};

}  // namespace nmfsep
