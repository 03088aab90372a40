#include "console/console.hpp"

#include <fmt/format.h>

#include <ostream>

#include "console/interrupt.hpp"

namespace nmfsep::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// "  held-out SDR 7.9 dB", or what else is known of how good the result is: of a network its loss.
std::string state_words(const Progress& progress) {
  if (progress.held_out_sdr) return fmt::format("  held-out SDR {:.1f} dB", *progress.held_out_sdr);
  if (!progress.cost) return "";
  return fmt::format("  {} {:.6g}", progress.stage == "train" ? "loss" : "divergence",
                     *progress.cost);
}

}  // namespace

std::string clock_time(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  const std::string rest = fmt::format("{:02}", whole % 60);
  if (whole < 3600) return fmt::format("{}:{}", whole / 60, rest);
  return fmt::format("{}:{:02}:{}", whole / 3600, whole / 60 % 60, rest);
}

std::string times_real_time(double rate) {
  return rate < 100 ? fmt::format("{:.3g} × real time", rate)
                    : fmt::format("{:.0f} × real time", rate);
}

Console::Console(std::ostream& out, std::ostream& err, bool err_is_terminal)
    : out_(out), err_(err), err_is_terminal_(err_is_terminal) {}

Console::Console(std::ostream& out, std::ostream& err, const Console& parent)
    : Console(out, err, false) {
  verbosity_ = parent.verbosity_;
}

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
  // In one piece, which mpirun does not tear apart.
  err_ << fmt::format("{}{}\n", prefix, message) << std::flush;
}

Diagnostics Console::diagnostics() {
  return Diagnostics([this](const Warning& warning) { this->warning(warning.message); });
}

void Console::pass_on(const std::string& out, const std::string& err) {
  const std::lock_guard lock(mutex_);
  clear();
  out_ << out << std::flush;
  err_ << err << std::flush;
}

ProgressCallback Console::progress(std::string label) {
  const ProgressCallback shown = display_ ? display_(label) : plain_display(std::move(label));
  return [shown](const Progress& progress) {
    return interrupted() ? Answer::cancel : shown(progress);
  };
}

ProgressCallback Console::plain_display(std::string label) {
  return [this, label = std::move(label), start = Clock::now()](const Progress& progress) mutable {
    if (progress.done == 0) start = Clock::now();
    if (progress.expected_seconds)
      note(fmt::format("{}: training takes about {}", label,
                       clock_time(*progress.expected_seconds)));
    if (shows_progress()) {
      const double spent = std::chrono::duration<double>(Clock::now() - start).count();
      const double part = static_cast<double>(progress.done) / static_cast<double>(progress.total);
      show(fmt::format("{}{}: {} {}/{}{}", label,
                       part > 0 ? fmt::format(" ({} left)", clock_time(spent / part - spent)) : "",
                       progress.stage, progress.done, progress.total, state_words(progress)));
    }
    return Answer::proceed;
  };
}

void Console::show(const std::string& text) {
  if (!shows_progress()) return;
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (line_is_shown_ && now - last_shown_ < std::chrono::milliseconds(100)) return;
  last_shown_ = now;
  line_is_shown_ = true;
  // What a narrow terminal would wrap could not be cleared: it cuts the line instead (DECAWM).
  err_ << "\r\x1b[?7l" << text << "\x1b[K\x1b[?7h" << std::flush;
}

void Console::clear() {
  if (line_is_shown_) err_ << "\r\x1b[K" << std::flush;
  line_is_shown_ = false;
}

}  // namespace nmfsep::cli
