#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace nmfsep {

/// How far a long computation has come.
struct Progress {
  std::string_view stage;      ///< "factorise", "read", …
  std::int64_t done = 0;       ///< steps finished, 0 to total
  std::int64_t total = 0;      ///< steps in all; the computation may stop earlier
  std::optional<double> cost;  ///< the objective now, where there is one
  /// What is to come will take about so long, said once where that can be foreseen.
  std::optional<double> expected_seconds = {};
  /// SDR in dB, as it was last measured on what training does not learn from.
  std::optional<double> held_out_sdr = {};
};

enum class Answer { proceed, cancel };

/// Called now and then from a long computation, never from two threads at once. After
/// `Answer::cancel` the computation throws Cancelled. An empty callback means proceed.
using ProgressCallback = std::function<Answer(const Progress&)>;

/// Calls `callback` if there is one. Throws Cancelled when it answers cancel.
void report(const ProgressCallback& callback, const Progress& progress);

}  // namespace nmfsep
