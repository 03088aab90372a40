#include "nmfsep/evaluation/bss_eval.hpp"

#include <Eigen/QR>
#include <tbb/parallel_for.h>
#include <tbb/task_group.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"
#include "support/synthetic_signals.hpp"

using namespace nmfsep;
using test::synthetic_signals;
using test::SyntheticSignals;

namespace {

/// All delays of 0 to taps-1 samples of the signals, as columns.
Eigen::MatrixXd delayed(const std::vector<Signal>& signals, Index taps) {
  const Index samples = signals[0].rows();
  Eigen::MatrixXd columns =
      Eigen::MatrixXd::Zero(samples + taps - 1, taps * static_cast<Index>(signals.size()));
  Index column = 0;
  for (const Signal& signal : signals)
    for (Index lag = 0; lag < taps; ++lag)
      columns.col(column++).segment(lag, samples) = signal.col(0);
  return columns;
}

Eigen::VectorXd project(const Eigen::MatrixXd& basis, const Eigen::VectorXd& vector) {
  return basis * basis.colPivHouseholderQr().solve(vector);
}

double decibels(double ratio) { return 10.0 * std::log10(ratio); }

struct Expected {
  double sdr, sir, sar;
};

/// The definition, with every delayed reference written out.
Expected literal_scores(const std::vector<Signal>& references, std::size_t j,
                        const Signal& estimate, Index taps) {
  Eigen::VectorXd padded = Eigen::VectorXd::Zero(estimate.rows() + taps - 1);
  padded.head(estimate.rows()) = estimate.col(0);
  const Eigen::VectorXd target = project(delayed({references[j]}, taps), padded);
  const Eigen::VectorXd all = project(delayed(references, taps), padded);
  return {.sdr = decibels(target.squaredNorm() / (padded - target).squaredNorm()),
          .sir = decibels(target.squaredNorm() / (all - target).squaredNorm()),
          .sar = decibels(all.squaredNorm() / (padded - all).squaredNorm())};
}

BssEvalResult evaluate(const SyntheticSignals& signals, BssEvalOptions options = {}) {
  return bss_eval(signals.references, signals.estimates, options);
}

std::string message_of(const SyntheticSignals& signals, BssEvalOptions options = {}) {
  try {
    evaluate(signals, options);
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("scores equal explicit least squares on hundreds of random problems") {
  Random random(0);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto sources = static_cast<Index>(2 + random.below(3));
    const auto taps = static_cast<Index>(1 + random.below(8));
    const auto samples = static_cast<Index>(40 + random.below(60));
    const auto signals = synthetic_signals({seed, sources, 1, samples});
    const auto result = evaluate(signals, {.filter_length = static_cast<int>(taps)});
    for (std::size_t j = 0; j < signals.references.size(); ++j) {
      const Expected expected = literal_scores(signals.references, j, signals.estimates[j], taps);
      CHECK(*result.frames[0].sources[j].sdr == Approx(expected.sdr).margin(1e-9));
      CHECK(*result.frames[0].sources[j].sir == Approx(expected.sir).margin(1e-9));
      CHECK(*result.frames[0].sources[j].sar == Approx(expected.sar).margin(1e-9));
    }
  }
}

TEST_CASE("the permutation search undoes any order of the estimates") {
  const auto ordered = synthetic_signals({7, 4, 1, 1500});
  const auto expected = evaluate(ordered, {.filter_length = 32});
  const std::vector<std::vector<Index>> orders = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};
  for (const auto& order : orders) {
    SyntheticSignals shuffled = ordered;
    for (std::size_t j = 0; j < order.size(); ++j)
      shuffled.estimates[static_cast<std::size_t>(order[j])] = ordered.estimates[j];
    const auto result = evaluate(shuffled, {.filter_length = 32, .permute = true});
    CHECK(result.frames[0].permutation == order);
    for (std::size_t j = 0; j < order.size(); ++j)
      CHECK(*result.frames[0].sources[j].sdr ==
            Approx(*expected.frames[0].sources[j].sdr).margin(1e-9));
  }
}

TEST_CASE(
    "the permutation is the best of all, with the very scores of the estimates in that order") {
  Random random(11);
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto channels = static_cast<Index>(1 + random.below(2));
    const auto samples = static_cast<Index>(300 + random.below(300));
    SyntheticSignals signals = synthetic_signals({seed, 3, channels, samples});
    // Mixed so thoroughly that no order is obvious.
    const std::vector<Signal> clean = signals.estimates;
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t i = 0; i < 3; ++i)
        signals.estimates[j] += 2.0 * static_cast<double>(random.uniform()) * clean[i];
    BssEvalOptions options{.filter_length = 8};
    std::vector<Index> order{0, 1, 2};
    std::vector<Index> best;
    BssEvalResult expected;
    double most = -std::numeric_limits<double>::infinity();
    do {
      SyntheticSignals ordered = signals;
      for (std::size_t j = 0; j < 3; ++j)
        ordered.estimates[j] = signals.estimates[static_cast<std::size_t>(order[j])];
      const BssEvalResult scored = evaluate(ordered, options);
      double sum = 0.0;
      for (const BssScore& score : scored.frames[0].sources) sum += *score.sir;
      if (sum > most) {
        most = sum;
        best = order;
        expected = scored;
      }
    } while (std::next_permutation(order.begin(), order.end()));
    options.permute = true;
    const BssEvalResult result = evaluate(signals, options);
    CHECK(result.frames[0].permutation == best);
    for (std::size_t j = 0; j < 3; ++j) {
      CHECK(*result.frames[0].sources[j].sdr ==
            Approx(*expected.frames[0].sources[j].sdr).margin(1e-9));
      CHECK(*result.frames[0].sources[j].sir ==
            Approx(*expected.frames[0].sources[j].sir).margin(1e-9));
      CHECK(*result.frames[0].sources[j].sar ==
            Approx(*expected.frames[0].sources[j].sar).margin(1e-9));
    }
  }
}

TEST_CASE(
    "an estimate that equals its reference is assigned to it, as is a silent one to what is left") {
  SyntheticSignals signals = synthetic_signals({5, 3, 1, 900});
  signals.estimates[0] = signals.references[2];
  signals.estimates[1].setZero();
  signals.estimates[2] = signals.references[0];
  const BssEvalResult result = evaluate(signals, {.filter_length = 8, .permute = true});
  CHECK(result.frames[0].permutation == std::vector<Index>{2, 1, 0});
}

TEST_CASE("scores do not depend on the scale of an estimate or of a reference") {
  const auto signals = synthetic_signals({3, 2, 1, 2000});
  SyntheticSignals scaled = signals;
  scaled.estimates[0] *= 1e-9;
  scaled.references[1] *= 1e-9;
  const auto expected = evaluate(signals, {.filter_length = 16});
  const auto result = evaluate(scaled, {.filter_length = 16});
  for (std::size_t j = 0; j < 2; ++j) {
    const auto& score = result.frames[0].sources[j];
    const auto& wanted = expected.frames[0].sources[j];
    CHECK(*score.sdr == Approx(*wanted.sdr).margin(1e-8));
    CHECK(*score.sir == Approx(*wanted.sir).margin(1e-8));
    CHECK(*score.sar == Approx(*wanted.sar).margin(1e-8));
  }
}

TEST_CASE("an estimate equal to its reference scores the stated cap") {
  auto signals = synthetic_signals({3, 2, 1, 2000});
  signals.estimates = signals.references;
  const auto result = evaluate(signals, {.filter_length = 16});
  for (const auto& score : result.frames[0].sources) {
    CHECK(*score.sdr == nmfsep::largest_score);
    CHECK(*score.sir == nmfsep::largest_score);
    CHECK(*score.sar == nmfsep::largest_score);
  }
}

TEST_CASE("a single source has no interference ratio, and its two other ratios agree") {
  const auto result = evaluate(synthetic_signals({5, 1, 1, 2000}), {.filter_length = 64});
  const auto& score = result.frames[0].sources[0];
  CHECK_FALSE(score.sir.has_value());
  CHECK(*score.sdr == Approx(*score.sar));
}

TEST_CASE("a silent reference or estimate is undefined and leaves the others scored") {
  auto signals = synthetic_signals({5, 3, 1, 1000});
  const auto without = [&] {
    SyntheticSignals others = signals;
    others.references.pop_back();
    others.estimates.pop_back();
    return evaluate(others, {.filter_length = 16});
  }();
  signals.references[2].setZero();
  const auto result = evaluate(signals, {.filter_length = 16});
  CHECK_FALSE(result.frames[0].sources[2].sdr.has_value());
  for (std::size_t j = 0; j < 2; ++j)
    CHECK(*result.frames[0].sources[j].sir ==
          Approx(*without.frames[0].sources[j].sir).margin(1e-9));

  signals.estimates[0].setZero();
  const auto silent = evaluate(signals, {.filter_length = 16});
  CHECK_FALSE(silent.frames[0].sources[0].sdr.has_value());
  CHECK(silent.frames[0].sources[1].sdr == result.frames[0].sources[1].sdr);
}

TEST_CASE("scores are whole in a caller's loop that is cancelled meanwhile") {
  const SyntheticSignals signals = synthetic_signals({.seed = 1, .sources = 3, .samples = 9000});
  const BssEvalOptions options{.framing = Framing{3000, 1500.0}, .filter_length = 64};
  const BssEvalResult expected = bss_eval(signals.references, signals.estimates, options);
  BssEvalResult result;
  tbb::task_group_context context;
  tbb::parallel_for(
      0, 1,
      [&](int) {
        context.cancel_group_execution();
        result = bss_eval(signals.references, signals.estimates, options);
      },
      context);
  REQUIRE(result.frames.size() == expected.frames.size());
  for (std::size_t f = 0; f < result.frames.size(); ++f) {
    REQUIRE(result.frames[f].sources.size() == 3);
    for (std::size_t j = 0; j < 3; ++j)
      CHECK(result.frames[f].sources[j].sir == expected.frames[f].sources[j].sir);
  }
}

TEST_CASE("a reader that throws ends the scoring with its exception") {
  struct Interrupted {};
  struct Reader : SignalReader {
    Index samples() const override { return 1000000; }
    Index channels() const override { return 1; }
    void rewind() override {}
    Signal next(Index count) override {
      if (++calls > 3) throw Interrupted();
      return Signal::Constant(count, 1, 0.5);
    }
    int calls = 0;
  };
  Reader reference;
  Reader estimate;
  SignalReader* const references[] = {&reference};
  SignalReader* const estimates[] = {&estimate};
  CHECK_THROWS_AS(bss_eval(references, estimates, {}), Interrupted);
}

TEST_CASE("signals that do not fit together are refused with the one that differs") {
  auto signals = synthetic_signals({5, 2, 1, 1000});
  auto longer = signals;
  longer.estimates[1].conservativeResize(1001, 1);
  CHECK_THAT(message_of(longer), contains("estimate 1 has 1001 samples, reference 0 has 1000"));

  auto stereo = signals;
  stereo.estimates[0] = Signal::Ones(1000, 2);
  CHECK_THAT(message_of(stereo), contains("estimate 0 has 2 channels, reference 0 has 1"));

  auto broken = signals;
  broken.estimates[1](3, 0) = std::numeric_limits<double>::quiet_NaN();
  CHECK_THAT(message_of(broken), contains("estimate 1 holds NaN or infinity"));

  auto missing = signals;
  missing.estimates.pop_back();
  CHECK_THAT(message_of(missing), contains("2 references but 1 estimates"));

  CHECK_THAT(message_of({}), contains("there is no reference"));
  CHECK_THAT(message_of({{Signal(0, 1)}, {Signal(0, 1)}}), contains("no samples"));
  CHECK_THAT(message_of(signals, {.filter_length = 0}), contains("filter_length = 0"));
}
