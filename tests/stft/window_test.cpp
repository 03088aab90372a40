#include "nmfsep/stft/window.hpp"

#include <cmath>
#include <numbers>

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

/// Harris (1978) writes the cosine-sum windows as Σ a_k (−1)^k cos(2πkn/N).
void check_window(Window window, double a0, double a1, double a2) {
  for (const Index length : {16, 31, 2048}) {
    const Vector samples = make_window(window, length);
    REQUIRE(samples.size() == length);
    for (Index n = 0; n < length; ++n) {
      const double x = 2 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(length);
      CHECK(samples[n] == Approx(a0 - a1 * std::cos(x) + a2 * std::cos(2 * x)).margin(1e-7));
    }
  }
}

}  // namespace

TEST_CASE("windows follow their formulas") {
  check_window(Window::hann, 0.5, 0.5, 0);
  check_window(Window::hamming, 0.54, 0.46, 0);
  check_window(Window::blackman, 0.42, 0.5, 0.08);
  check_window(Window::rectangular, 1, 0, 0);
}

TEST_CASE("the sine window is the square root of Hann") {
  const Vector squared = make_window(Window::sine, 1000).cwiseAbs2();
  CHECK((squared - make_window(Window::hann, 1000)).cwiseAbs().maxCoeff() < 1e-6F);
}

TEST_CASE("window names go there and back, and others are refused") {
  for (const Window window :
       {Window::hann, Window::hamming, Window::blackman, Window::sine, Window::rectangular})
    CHECK(window_from_string(to_string(window)) == window);
  CHECK(to_string(Window::blackman) == "blackman");
  CHECK_THROWS_WITH(window_from_string("kaiser\x1B[31m"),
                    contains("kaiser\\x1b[31m") && contains("hann"));
}
