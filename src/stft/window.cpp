#include "nmfsep/stft/window.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/named_values.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep {
namespace {

constexpr Named<Window> window_names[] = {
    {Window::hann, "hann"}, {Window::hamming, "hamming"},         {Window::blackman, "blackman"},
    {Window::sine, "sine"}, {Window::rectangular, "rectangular"},
};

/// The window at `phase` = 2π n / length.
double value_at(Window window, double phase) {
  switch (window) {
    case Window::hann:
      return 0.5 - 0.5 * std::cos(phase);
    case Window::hamming:
      return 0.54 - 0.46 * std::cos(phase);
    case Window::blackman:
      return 0.42 - 0.5 * std::cos(phase) + 0.08 * std::cos(2 * phase);
    case Window::sine:
      return std::sin(phase / 2);
    case Window::rectangular:
      break;
  }
  return 1;
}

}  // namespace

std::string to_string(Window window) { return std::string(name_of(window_names, window)); }

Window window_from_string(std::string_view name) {
  if (const auto window = value_of(window_names, name)) return *window;
  throw InvalidArgument(fmt::format(
      "window = '{}', must be hann, hamming, blackman, sine or rectangular", printable(name)));
}

Vector make_window(Window window, Index length) {
  const double step = 2 * std::numbers::pi / static_cast<double>(length);
  return Vector::NullaryExpr(length, [&](Index n) {
    return static_cast<float>(value_at(window, step * static_cast<double>(n)));
  });
}

}  // namespace nmfsep
