#include "nmfsep/render/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr double clock_from = 120;  // seconds

/// "440", "2k", "0.5"; "2:00" on a clock.
std::string label_of(double value, bool on_clock) {
  if (on_clock) {
    const auto seconds = std::llround(value);
    return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  }
  if (std::abs(value) >= 1000 && std::abs(value) < 1e6) return fmt::format("{:g}k", value / 1000);
  return fmt::format("{:g}", value);
}

double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least) return factor * power;
  return 10 * power;
}

double clock_step(double least) {
  for (const double step : {5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200})
    if (step >= least) return step;
  return 3600 * round_step(least / 3600);
}

}  // namespace

double Axis::place_of(double value) const {
  if (logarithmic) return std::log(value / low) / std::log(high / low);
  return (value - low) / (high - low);
}

double Axis::value_at(double place) const {
  if (logarithmic) return low * std::pow(high / low, place);
  return low + place * (high - low);
}

std::vector<Tick> Axis::ticks(int most) const {
  std::vector<Tick> ticks;
  const double slack = 1e-9 * (high - low);
  if (logarithmic) {
    const double decades = std::log10(high / low);
    const std::vector<double> factors =
        3 * decades <= most ? std::vector<double>{1, 2, 5} : std::vector<double>{1};
    for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10)
      for (const double factor : factors)
        if (const double value = factor * power; value >= low - slack && value <= high + slack)
          ticks.push_back({value, label_of(value, false)});
    return ticks;
  }
  const bool on_clock = is_time && high >= clock_from;
  const double least = (high - low) / std::max(1, most);
  const double step = on_clock ? clock_step(least) : round_step(least);
  for (double i = std::ceil((low - slack) / step) + 0.0; i * step <= high + slack; ++i)
    ticks.push_back({i * step, label_of(i * step, on_clock)});
  return ticks;
}

void Axis::validate() const {
  if (!std::isfinite(low) || !std::isfinite(high) || low >= high)
    throw InvalidArgument(
        fmt::format("axis '{}' from {} to {}, must rise and be finite", title, low, high));
  if (logarithmic && low <= 0)
    throw InvalidArgument(
        fmt::format("axis '{}' from {}, must be above 0 where logarithmic", title, low));
}

}  // namespace nmfsep
