#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

#include "support/catch.hpp"
#include "support/program.hpp"

namespace nmfsep::test {

/// Whether tests take their long form: scripts/endurance names a file for their rows of its table.
inline const char* endurance_report() { return std::getenv("NMFSEP_ENDURANCE"); }

/// How many cases a test of two forms takes.
inline int cases(int brief, int endurance) {
  return endurance_report() == nullptr ? brief : endurance;
}

/// Counts the cases of a test, and what the worst of them took.
class Tally {
 public:
  explicit Tally(std::string part) : part_(std::move(part)) {}
  ~Tally() {
    if (endurance_report() == nullptr) return;
    const bool ran_programs = worst_wait_ > 0;
    std::ofstream(endurance_report(), std::ios::app)
        << fmt::format("| {} | {} | {} | {} | {} |\n", part_, cases_, failures_,
                       ran_programs ? fmt::format("{:.2f} s", worst_wait_) : "–",
                       ran_programs ? fmt::format("{:.0f} MiB", worst_memory_ / 0x1p20) : "–");
  }
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  /// A case: `fault` says what is wrong with it, nothing when all is well.
  void add(const std::string& name, const std::string& fault) {
    ++cases_;
    if (fault.empty()) return;
    ++failures_;
    FAIL_CHECK(name << ": " << fault);
  }

  void saw_wait(double seconds) { worst_wait_ = std::max(worst_wait_, seconds); }
  void saw_memory(double bytes) { worst_memory_ = std::max(worst_memory_, bytes); }
  void saw(const ProgramResult& result) {
    saw_wait(result.seconds);
    saw_memory(result.peak_memory);
  }

 private:
  std::string part_;
  int cases_ = 0;
  int failures_ = 0;
  double worst_wait_ = 0;
  double worst_memory_ = 0;
};

}  // namespace nmfsep::test
