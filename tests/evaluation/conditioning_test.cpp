// Band-limited references leave the filters hardly determined: scores against a solution in
// extended precision.
#include <Eigen/QR>

#include <cmath>

#include "nmfsep/core/random.hpp"
#include "nmfsep/evaluation/bss_eval.hpp"
#include "support/catch.hpp"
#include "support/synthetic_signals.hpp"

using namespace nmfsep;

namespace {

using LongMatrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
using LongVector = Eigen::Matrix<long double, Eigen::Dynamic, 1>;

constexpr Index samples = 2000;
constexpr Index taps = 64;

/// Noise through `order` one-pole low-pass filters, rounded to float as audio files are.
Signal band_limited_noise(Random& random, double pole, int order) {
  Eigen::VectorXd signal = Eigen::VectorXd::NullaryExpr(
      samples, [&] { return 2.0 * static_cast<double>(random.uniform()) - 1.0; });
  for (int pass = 0; pass < order; ++pass) {
    double state = 0.0;
    for (double& sample : signal) sample = state = pole * state + (1.0 - pole) * sample;
  }
  return signal.cast<float>().cast<double>();
}

LongVector project(const std::vector<Signal>& references, const LongVector& estimate) {
  const Index length = references[0].rows();
  LongMatrix delayed =
      LongMatrix::Zero(length + taps - 1, taps * static_cast<Index>(references.size()));
  Index column = 0;
  for (const Signal& reference : references)
    for (Index lag = 0; lag < taps; ++lag)
      delayed.col(column++).segment(lag, length) = reference.col(0).cast<long double>();
  return delayed * delayed.colPivHouseholderQr().solve(estimate);
}

double decibels(const LongVector& signal, const LongVector& noise) {
  return 10.0 * std::log10(static_cast<double>(signal.squaredNorm() / noise.squaredNorm()));
}

struct Case {
  double pole;
  int order;
  bool flagged;
  double tolerance;  ///< dB, of SIR and SAR
};

}  // namespace

TEST_CASE("scores of band-limited references near those in extended precision, and are flagged") {
  for (const Case& wanted :
       {Case{0.0, 1, false, 1e-10}, Case{0.8, 3, false, 1e-9}, Case{0.8, 6, false, 1e-6},
        Case{0.9, 6, true, 1e-3}, Case{0.9, 12, true, 0.5}}) {
    INFO("pole " << wanted.pole << ", order " << wanted.order);
    Random random(1);
    std::vector<Signal> references, estimates;
    for (int s = 0; s < 2; ++s)
      references.push_back(band_limited_noise(random, wanted.pole, wanted.order));
    for (std::size_t s = 0; s < 2; ++s) {
      const double noise = 0.03 * references[s].norm() / std::sqrt(samples);
      estimates.push_back(0.9 * references[s] + 0.1 * references[1 - s] +
                          noise * band_limited_noise(random, 0.3, 1));
    }
    const auto frame = bss_eval(references, estimates, {.filter_length = taps}).frames[0];

    LongVector estimate = LongVector::Zero(samples + taps - 1);
    estimate.head(samples) = estimates[0].col(0).cast<long double>();
    const LongVector target = project({references[0]}, estimate);
    const LongVector explained = project(references, estimate);
    const auto& score = frame.sources[0];
    CHECK(frame.ill_conditioned == wanted.flagged);
    CHECK(std::abs(*score.sdr - decibels(target, estimate - target)) < 1e-10);
    CHECK(std::abs(*score.sir - decibels(target, explained - target)) < wanted.tolerance);
    CHECK(std::abs(*score.sar - decibels(explained, estimate - explained)) < wanted.tolerance);
  }
}

TEST_CASE("references that are sums of others score as in extended precision without them") {
  for (const Index count : {samples, taps / 2}) {  // half as many samples as taps, too
    INFO(count << " samples");
    auto [references, estimates] =
        test::synthetic_signals({.seed = 4, .sources = 3, .samples = count});
    references[2] = references[0] + 2.0 * references[1];
    const auto frame = bss_eval(references, estimates, {.filter_length = taps}).frames[0];
    CHECK(frame.ill_conditioned);
    CHECK(frame.conditioning == 0.0);
    CHECK(frame.underdetermined == (count < samples));

    LongVector estimate = LongVector::Zero(count + taps - 1);
    estimate.head(count) = estimates[0].col(0).cast<long double>();
    const LongVector target = project({references[0]}, estimate);
    const LongVector explained = project({references[0], references[1]}, estimate);
    const BssScore& score = frame.sources[0];
    CHECK(std::abs(*score.sdr - decibels(target, estimate - target)) < 1e-10);
    if (frame.underdetermined) continue;
    CHECK(std::abs(*score.sir - decibels(target, explained - target)) < 1e-9);
    CHECK(std::abs(*score.sar - decibels(explained, estimate - explained)) < 1e-9);
  }
}
