#pragma once

#include <chrono>
#include <iosfwd>
#include <mutex>
#include <string>
#include <string_view>

#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/core/progress.hpp"

namespace nmfsep::cli {

/// Where the program speaks: results to `out`, everything else to `err`. Owns the progress line,
/// which shows only when `err` is a terminal, and gives way to every other message.
class Console {
 public:
  enum class Verbosity { quiet, normal, verbose };

  Console(std::ostream& out, std::ostream& err, bool err_is_terminal);

  void set_verbosity(Verbosity verbosity) { verbosity_ = verbosity; }
  bool verbose() const { return verbosity_ == Verbosity::verbose; }

  /// Where results go; the progress line has given way.
  std::ostream& out();

  /// A line to `err`: errors always, warnings and notes unless quiet, details when verbose.
  void error(std::string_view message);
  void warning(std::string_view message);
  void note(std::string_view message);
  void detail(std::string_view message);

  /// A sink that prints warnings as they come.
  Diagnostics diagnostics();

  /// Shows progress under `label`, and answers cancel once the user has interrupted.
  ProgressCallback progress(std::string label);

 private:
  void line(std::string_view prefix, std::string_view message);
  void show(const std::string& label, const Progress& progress);
  void clear();

  std::mutex mutex_;  ///< guards all below: warnings and progress come from many threads

  std::ostream& out_;
  std::ostream& err_;
  bool err_is_terminal_;
  Verbosity verbosity_ = Verbosity::normal;
  bool line_is_shown_ = false;
  std::chrono::steady_clock::time_point last_shown_;
};

}  // namespace nmfsep::cli
