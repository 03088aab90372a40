#include "separate/batch/batch_progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace nmfsep::cli {

BatchProgress::BatchProgress(Console& console, std::vector<double> seconds)
    : console_(console),
      seconds_(std::move(seconds)),
      seconds_left_(std::accumulate(seconds_.begin(), seconds_.end(), 0.0)) {}

Console::Display BatchProgress::display(std::size_t input) {
  return [this, input](const std::string& label) {
    const std::lock_guard lock(mutex_);
    at_hand_[input] = {label, 0, {}};
    return [this, input](const Progress& progress) {
      advance(input, progress);
      return Answer::proceed;
    };
  };
}

void BatchProgress::advance(std::size_t input, const Progress& progress) {
  if (!console_.shows_progress()) return;
  const std::lock_guard lock(mutex_);
  if (progress.total > 0)
    at_hand_[input].part =
        std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(progress.total));
  else if (progress.done > 0)
    at_hand_[input].windows = progress.done;
  console_.show(text());
}

void BatchProgress::finish(std::size_t input, bool worked) {
  const std::lock_guard lock(mutex_);
  at_hand_.erase(input);
  ++finished_;
  seconds_left_ -= seconds_[input];
  if (worked) seconds_done_ += seconds_[input];
}

std::string BatchProgress::text() const {
  const AtHand& first = at_hand_.begin()->second;
  std::string line;
  if (seconds_.size() > 1) line = fmt::format("[{}/{}] ", finished_ + 1, seconds_.size());
  line += first.windows ? fmt::format("{} windows", *first.windows)
                        : fmt::format("{:.0f}%", 100 * first.part);

  double begun = 0;  // seconds of audio of the inputs at hand that are done
  for (const auto& [input, at_hand] : at_hand_) begun += at_hand.part * seconds_[input];
  const double spent =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double rate = (seconds_done_ + begun) / spent;
  if (rate > 0)
    line += fmt::format(", {}, {} left", times_real_time(rate),
                        clock_time((seconds_left_ - begun) / rate));
  line += ": " + first.label;  // last, as it may be long
  if (at_hand_.size() > 1) line += fmt::format(" and {} more", at_hand_.size() - 1);
  return line;
}

}  // namespace nmfsep::cli
