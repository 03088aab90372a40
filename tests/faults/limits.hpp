#pragma once

#include <fmt/format.h>

#include <string>

#include "support/program.hpp"
#include "support/sanitizers.hpp"
#include "support/tally.hpp"

namespace nmfsep::test {

constexpr double most_seconds = 2;
constexpr double most_memory = 256 * 0x1p20;  // bytes

/// How a run that cannot succeed must end.
struct Refusal {
  int status = 0;
  std::string named;  ///< what the message must name
};

/// What is wrong with the end of a run that was to be refused: another status, no message, control
/// bytes in it, too long a wait, too much memory (sanitizers take some themselves).
inline std::string fault_of_refusal(const ProgramResult& result, const Refusal& expected) {
  const bool has_control = std::any_of(result.err.begin(), result.err.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F;
  });
  if (result.status != expected.status)
    return fmt::format("status {}: {}", result.status, result.err);
  if (!result.err.starts_with("nmfsep: ") || result.err.find(expected.named) == std::string::npos)
    return fmt::format("does not name {}: {}", expected.named, result.err);
  if (has_control) return "writes control characters";
  if (!result.out.empty()) return "writes to standard output";
  // Without the long form other work may take the machine's time.
  if (result.seconds > (endurance_report() == nullptr ? 30 : most_seconds))
    return fmt::format("takes {:.1f} s", result.seconds);
  if (!is_sanitized && result.peak_memory > most_memory)
    return fmt::format("takes {:.0f} MiB", result.peak_memory / 0x1p20);
  return "";
}

}  // namespace nmfsep::test
