#include "nmfsep/evaluation/stoi.hpp"

#include <cmath>
#include <limits>

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"
#include "support/synthetic_signals.hpp"

using namespace nmfsep;

namespace {

Signal noise(std::uint64_t seed, Index samples, Index channels = 1) {
  Random random(seed);
  return test::coloured_noise(random, {seed, 1, channels, samples}, 0.5);
}

constexpr int rate = 10000;

}  // namespace

TEST_CASE("intelligibility is 1 for the reference itself, whatever its scale and sign") {
  const Signal clean = noise(1, rate);
  for (const double scale : {1.0, -1.0, 1e-6, 1e3})
    for (const auto variant : {StoiVariant::stoi, StoiVariant::extended})
      CHECK(*stoi(clean, scale * clean, rate, variant) == Approx(1.0).margin(1e-6));
}

TEST_CASE("intelligibility falls as noise rises, and is small for another signal") {
  const Signal clean = noise(1, rate);
  for (const auto variant : {StoiVariant::stoi, StoiVariant::extended}) {
    double last = 1.0;
    for (const double amplitude : {0.1, 0.5, 2.0, 10.0}) {
      const double score = *stoi(clean, clean + amplitude * noise(2, rate), rate, variant);
      CHECK(score < last);
      last = score;
    }
    CHECK(std::abs(*stoi(clean, noise(2, rate), rate, variant)) < 0.1);
  }
}

TEST_CASE("frames in which the reference is silent do not count") {
  const Signal clean = noise(1, rate);
  Signal paused = Signal::Zero(2 * rate, 1);
  paused.topRows(rate) = clean;
  Signal estimate = noise(3, 2 * rate);
  estimate.topRows(rate) = clean;
  CHECK(*stoi(paused, estimate, rate, StoiVariant::stoi) > 0.97);
}

TEST_CASE("frames more than 40 dB below the loudest do not count, and others do") {
  // pystoi 0.4.1, by tests/reference/stoi_range.py
  struct Expected {
    double decibels, stoi, extended;
  };
  for (const Expected& expected : {Expected{38.0, 0.9819978061177262, 0.9061941095607345},
                                   Expected{42.0, 0.9555618706969068, 0.8998875622427166}}) {
    Signal clean = noise(1, 2 * rate);
    Signal estimate = noise(2, 2 * rate);
    for (Index t = 0; t < 2 * rate; ++t) {
      const bool quiet = t % 2000 >= 1000;
      if (quiet) clean(t, 0) *= std::pow(10.0, -expected.decibels / 20.0);
      estimate(t, 0) = clean(t, 0) + (quiet ? 0.02 : 0.3) * estimate(t, 0);
    }
    CHECK(*stoi(clean, estimate, rate, StoiVariant::stoi) == Approx(expected.stoi).margin(1e-6));
    CHECK(*stoi(clean, estimate, rate, StoiVariant::extended) ==
          Approx(expected.extended).margin(1e-4));
  }
}

TEST_CASE("silence and less than 0.4 s have no intelligibility") {
  const Signal clean = noise(1, rate);
  for (const auto variant : {StoiVariant::stoi, StoiVariant::extended}) {
    CHECK_FALSE(stoi(clean, Signal::Zero(rate, 1), rate, variant));
    CHECK_FALSE(stoi(Signal::Zero(rate, 1), clean, rate, variant));
    for (const Index samples : {1, 256, 257, 3900})
      CHECK_FALSE(stoi(clean.topRows(samples), clean.topRows(samples), rate, variant));
    CHECK(stoi(clean.topRows(4300), clean.topRows(4300), rate, variant));
  }
}

TEST_CASE("any length at any rate has a number between -1 and 1 or none") {
  Random random(5);
  for (std::uint64_t problem = 0; problem < 400; ++problem) {
    // Of these rates some resample by hundreds of phases, some by one.
    constexpr int rates[] = {1000, 8000, 9999, 10000, 11025, 20000, 22050, 44100, 48000};
    const int sample_rate = rates[random.below(std::size(rates))];
    const auto longest = static_cast<std::uint64_t>(problem % 2 == 0 ? 600 : sample_rate);
    const auto samples = static_cast<Index>(1 + random.below(longest));
    Signal clean = noise(problem, samples, 1 + static_cast<Index>(random.below(2)));
    Signal estimate = clean + noise(problem + 1000, samples, clean.cols());
    // Silence at the start, the end, all over or nowhere.
    const auto silent = static_cast<Index>(random.below(static_cast<std::uint64_t>(samples) + 1));
    if (problem % 3 == 1) clean.topRows(silent).setZero();
    if (problem % 3 == 2) estimate.bottomRows(silent).setZero();
    INFO(samples << " samples at " << sample_rate << " Hz, " << silent << " silent");
    for (const auto variant : {StoiVariant::stoi, StoiVariant::extended})
      if (const auto score = stoi(clean, estimate, sample_rate, variant))
        CHECK(std::abs(*score) <= 1.0 + 1e-9);
  }
}

TEST_CASE("several channels score their mean") {
  const Signal clean = noise(1, rate, 2);
  const Signal estimate = clean + noise(2, rate, 2);
  const double left = *stoi(clean.col(0), estimate.col(0), rate, StoiVariant::stoi);
  const double right = *stoi(clean.col(1), estimate.col(1), rate, StoiVariant::stoi);
  CHECK(*stoi(clean, estimate, rate, StoiVariant::stoi) == Approx((left + right) / 2));
}

TEST_CASE("intelligibility refuses what cannot be compared") {
  const Signal clean = noise(1, 5000);
  Signal broken = clean;
  broken(7, 0) = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(stoi(clean, noise(1, 5001), rate, StoiVariant::stoi), InvalidArgument);
  CHECK_THROWS_AS(stoi(clean, broken, rate, StoiVariant::stoi), InvalidArgument);
  CHECK_THROWS_AS(stoi(clean, clean, 0, StoiVariant::stoi), InvalidArgument);
  CHECK_THROWS_AS(stoi(Signal(0, 1), Signal(0, 1), rate, StoiVariant::stoi), InvalidArgument);
}
