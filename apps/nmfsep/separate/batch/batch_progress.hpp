#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "console/console.hpp"

namespace nmfsep::cli {

/// How far a batch has come: which file is at hand, how much faster than it plays audio is worked
/// on, and how long the rest will take at that rate. Safe to use from many threads.
class BatchProgress {
 public:
  /// `seconds` is the length of each input, 0 where nobody knows.
  BatchProgress(Console& console, std::vector<double> seconds);
  ~BatchProgress() { console_.set_display({}); }
  BatchProgress(const BatchProgress&) = delete;
  BatchProgress& operator=(const BatchProgress&) = delete;

  /// What shows the progress of an input.
  Console::Display display(std::size_t input);

  /// The input is done with; `worked` says whether there was anything to do.
  void finish(std::size_t input, bool worked);

 private:
  struct AtHand {
    std::string label;
    double part = 0;                      ///< of its work that is done, 0 to 1
    std::optional<std::int64_t> windows;  ///< that are done, where nobody knows how many there are
  };

  void advance(std::size_t input, const Progress& progress);
  std::string text() const;

  Console& console_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;  ///< guards all below
  std::vector<double> seconds_;
  std::map<std::size_t, AtHand> at_hand_;
  std::size_t finished_ = 0;
  double seconds_done_ = 0;  ///< of inputs that are finished
  double seconds_left_ = 0;  ///< of those that are not
};

}  // namespace nmfsep::cli
