#pragma once

#include <nanobind/nanobind.h>

#include <atomic>
#include <functional>
#include <optional>

#include "nmfsep/core/progress.hpp"

namespace nmfsep::python {

namespace nb = nanobind;

/// A computation that Python waits for: it runs without the GIL on a thread of its own, while the
/// calling one asks for signals, so that Ctrl-C ends it, and other threads of Python go on.
class Interruptible {
 public:
  /// `listener` is None or callable as listener(stage, done, total, cost): what it raises ends the
  /// computation and reaches the caller; False ends it with Cancelled.
  explicit Interruptible(nb::object listener = nb::none());

  /// Runs `work` and waits. Throws what it throws, what the listener raised, or KeyboardInterrupt.
  void run(const std::function<void()>& work);

  /// For what reports its progress.
  ProgressCallback progress();

  /// For what only asks. May be called from any thread.
  bool cancelled() const { return cancelled_; }

 private:
  void ask_for_signals();
  Answer tell(const Progress& progress);

  nb::object listener_;
  std::atomic<bool> cancelled_ = false;
  std::optional<nb::python_error> error_;  ///< that ended it; touched with the GIL alone
};

}  // namespace nmfsep::python
