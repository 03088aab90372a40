#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <mutex>
#include <string>
#include <string_view>

#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/core/progress.hpp"

namespace nmfsep::cli {

/// A length of time for people: "0:07", "12:34", "3:04:05".
std::string clock_time(double seconds);

/// How many times faster than it plays audio is worked on: "0.512 × real time", "1234 × real time".
std::string times_real_time(double rate);

/// Where the program speaks: results to `out`, everything else to `err`. Owns the progress line,
/// which shows only when `err` is a terminal, and gives way to every other message.
class Console {
 public:
  enum class Verbosity { quiet, normal, verbose };

  Console(std::ostream& out, std::ostream& err, bool err_is_terminal);

  /// The console of one of several jobs: as talkative as `parent`, but it shows no progress.
  Console(std::ostream& out, std::ostream& err, const Console& parent);

  void set_verbosity(Verbosity verbosity) { verbosity_ = verbosity; }
  bool verbose() const { return verbosity_ == Verbosity::verbose; }
  /// Whether anyone sees progress.
  bool shows_progress() const { return err_is_terminal_ && verbosity_ != Verbosity::quiet; }

  /// Where results go; the progress line has given way.
  std::ostream& out();

  /// A line to `err`: errors always, warnings and notes unless quiet, details when verbose.
  void error(std::string_view message);
  void warning(std::string_view message);
  void note(std::string_view message);
  void detail(std::string_view message);

  /// A sink that prints warnings as they come.
  Diagnostics diagnostics();

  /// Says what was said to the console of a job.
  void pass_on(const std::string& out, const std::string& err);

  /// Shows progress under `label`, and answers cancel once the user has interrupted.
  ProgressCallback progress(std::string label);

  /// From now on `progress` tells this instead, whose callbacks need not know of interruptions; an
  /// empty one changes back.
  using Display = std::function<ProgressCallback(const std::string& label)>;
  void set_display(Display display) { display_ = std::move(display); }

  /// Shows a passing line where anyone sees it, a few times a second at most.
  void show(const std::string& text);

 private:
  ProgressCallback plain_display(std::string label);
  void line(std::string_view prefix, std::string_view message);
  void clear();

  std::mutex mutex_;  ///< guards all below: warnings and progress come from many threads

  std::ostream& out_;
  std::ostream& err_;
  bool err_is_terminal_;
  Verbosity verbosity_ = Verbosity::normal;
  bool line_is_shown_ = false;
  std::chrono::steady_clock::time_point last_shown_;
  Display display_;
};

}  // namespace nmfsep::cli
