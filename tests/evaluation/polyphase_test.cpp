#include "evaluation/projection/polyphase.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

#include "support/catch.hpp"
#include "support/synthetic_signals.hpp"

using namespace nmfsep;

namespace {

/// Tap `t`, from -half to half, of the windowed sinc before it is normalised.
double raw_tap(Index t, Index half, double cutoff) {
  const double phase = 2.0 * std::numbers::pi * cutoff * static_cast<double>(t);
  const double position = static_cast<double>(t) / static_cast<double>(half);
  return (t == 0 ? 1.0 : std::sin(phase) / phase) *
         std::cyl_bessel_i(0.0, 0.1102 * (60.0 - 8.7) * std::sqrt(1.0 - position * position));
}

/// The definition: the signal with zeros between its samples, filtered, and samples of that.
Eigen::VectorXd literal_resample(const Eigen::VectorXd& signal, Index up, Index down) {
  const double cutoff = 0.5 / static_cast<double>(std::max(up, down));
  const auto half = static_cast<Index>(std::ceil((60.0 - 8.0) / (28.714 * cutoff / 10.0)));
  double sum = 0.0;
  for (Index t = -half; t <= half; ++t) sum += raw_tap(t, half, cutoff);
  Eigen::VectorXd result = Eigen::VectorXd::Zero((signal.size() * up + down - 1) / down);
  for (Index m = 0; m < result.size(); ++m)
    for (Index n = 0; n < signal.size(); ++n) {
      const Index t = m * down - n * up;
      if (std::abs(t) <= half)
        result[m] += static_cast<double>(up) / sum * raw_tap(t, half, cutoff) * signal[n];
    }
  return result;
}

}  // namespace

TEST_CASE("resampling filters the signal with zeros between its samples") {
  Random random(6);
  for (const auto& [from, to] : {std::pair{8000, 10000},
                                 {16000, 10000},
                                 {22050, 10000},
                                 {44100, 10000},
                                 {48000, 10000},
                                 {20000, 10000},
                                 {9999, 10000},
                                 {3, 2},
                                 {1, 7},
                                 {13, 1}})
    for (const std::uint64_t longest : {3U, 400U}) {
      const auto samples = static_cast<Index>(1 + random.below(longest));
      INFO(samples << " samples from " << from << " to " << to);
      const Eigen::VectorXd signal = Eigen::VectorXd::NullaryExpr(
          samples, [&] { return static_cast<double>(random.uniform()) - 0.5; });
      const int common = std::gcd(from, to);
      const Eigen::VectorXd expected = literal_resample(signal, to / common, from / common);
      const Eigen::VectorXd result = PolyphaseResampler(from, to)(signal);
      REQUIRE(result.size() == expected.size());
      CHECK((result - expected).cwiseAbs().maxCoeff() < 1e-12);
    }
}

TEST_CASE("resampling to the same rate changes nothing") {
  const Eigen::VectorXd signal = Eigen::VectorXd::LinSpaced(10, 0.0, 1.0);
  CHECK(PolyphaseResampler(10000, 10000)(signal) == signal);
}
