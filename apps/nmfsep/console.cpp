#include "console.hpp"

#include <fmt/format.h>

#include <ostream>

#include "interrupt.hpp"

namespace nmfsep::cli {
namespace {

using Clock = std::chrono::steady_clock;

std::string minutes(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

Console::Console(std::ostream& out, std::ostream& err, bool err_is_terminal)
    : out_(out), err_(err), err_is_terminal_(err_is_terminal) {}

std::ostream& Console::out() {
  const std::lock_guard lock(mutex_);
  clear();
  return out_;
}

void Console::error(std::string_view message) { line("nmfsep: ", message); }

void Console::warning(std::string_view message) {
  if (verbosity_ != Verbosity::quiet) line("nmfsep: warning: ", message);
}

void Console::note(std::string_view message) {
  if (verbosity_ != Verbosity::quiet) line("", message);
}

void Console::detail(std::string_view message) {
  if (verbose()) line("", message);
}

void Console::line(std::string_view prefix, std::string_view message) {
  const std::lock_guard lock(mutex_);
  clear();
  err_ << prefix << message << std::endl;
}

Diagnostics Console::diagnostics() {
  return Diagnostics([this](const Warning& warning) { this->warning(warning.message); });
}

ProgressCallback Console::progress(std::string label) {
  return [this, label = std::move(label), start = Clock::now()](const Progress& progress) mutable {
    if (interrupted()) return Answer::cancel;
    if (progress.done == 0) start = Clock::now();
    if (err_is_terminal_ && verbosity_ != Verbosity::quiet) {
      const double spent = std::chrono::duration<double>(Clock::now() - start).count();
      const double steps = static_cast<double>(progress.done);
      const double left = steps > 0 ? spent * (static_cast<double>(progress.total) / steps - 1) : 0;
      show(steps > 0 ? fmt::format("{} ({} left)", label, minutes(left)) : label, progress);
    }
    return Answer::proceed;
  };
}

void Console::show(const std::string& label, const Progress& progress) {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  const bool finished = progress.done >= progress.total;
  if (line_is_shown_ && !finished && now - last_shown_ < std::chrono::milliseconds(100)) return;
  last_shown_ = now;
  line_is_shown_ = true;
  const std::string cost =
      progress.cost ? fmt::format("  divergence {:.6g}", *progress.cost) : std::string();
  err_ << fmt::format("\r{}: {} {}/{}{}\x1b[K", label, progress.stage, progress.done,
                      progress.total, cost)
       << std::flush;
  if (finished) clear();
}

void Console::clear() {
  if (line_is_shown_) err_ << "\r\x1b[K" << std::flush;
  line_is_shown_ = false;
}

}  // namespace nmfsep::cli
