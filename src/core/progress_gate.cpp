#include "nmfsep/core/progress_gate.hpp"

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

constexpr auto pause = std::chrono::milliseconds(40);

ProgressGate::ProgressGate(const ProgressCallback& callback, std::string_view stage,
                           std::int64_t total)
    : callback_(callback), stage_(stage), total_(total) {
  call(0);
}

void ProgressGate::advance(std::int64_t steps) {
  const std::int64_t done = done_ += steps;
  if (cancelled_) throw Cancelled();
  if (!callback_) return;
  const std::unique_lock lock(calling_, std::try_to_lock);
  if (lock && std::chrono::steady_clock::now() >= next_call_) call(done);
}

ProgressCallback ProgressGate::knocking() {
  return [this](const Progress&) {
    knock();
    return Answer::proceed;
  };
}

void ProgressGate::set_cost(double cost) {
  const std::lock_guard lock(calling_);
  cost_ = cost;
}

void ProgressGate::finish() { call(total_); }

void ProgressGate::call(std::int64_t done) {
  next_call_ = std::chrono::steady_clock::now() + pause;
  if (!callback_ || callback_({stage_, done, total_, cost_}) == Answer::proceed) return;
  cancelled_ = true;
  throw Cancelled();
}

}  // namespace nmfsep
