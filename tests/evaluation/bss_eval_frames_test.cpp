// Frames, channels and the special cases of BSS Eval.
#include <tbb/global_control.h>

#include <cmath>
#include <numbers>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/evaluation/bss_eval.hpp"
#include "support/catch.hpp"
#include "support/synthetic_signals.hpp"

using namespace nmfsep;
using test::synthetic_signals;
using test::SyntheticSignals;

namespace {

BssEvalResult evaluate(const SyntheticSignals& signals, const BssEvalOptions& options) {
  return bss_eval(signals.references, signals.estimates, options);
}

SyntheticSignals part(const SyntheticSignals& signals, Index first, Index samples) {
  SyntheticSignals result;
  for (const Signal& signal : signals.references)
    result.references.emplace_back(signal.middleRows(first, samples));
  for (const Signal& signal : signals.estimates)
    result.estimates.emplace_back(signal.middleRows(first, samples));
  return result;
}

void check_equal(const BssScore& a, const BssScore& b, double tolerance) {
  for (const auto member : {&BssScore::sdr, &BssScore::isr, &BssScore::sir, &BssScore::sar}) {
    REQUIRE((a.*member).has_value() == (b.*member).has_value());
    if (a.*member) CHECK(std::abs(*(a.*member) - *(b.*member)) <= tolerance);
  }
}

void check_equal(const BssEvalResult& a, const BssEvalResult& b, double tolerance) {
  REQUIRE(a.frames.size() == b.frames.size());
  for (std::size_t t = 0; t < a.frames.size(); ++t)
    for (std::size_t j = 0; j < a.frames[t].sources.size(); ++j)
      check_equal(a.frames[t].sources[j], b.frames[t].sources[j], tolerance);
}

/// A reader that never gives more than the library asks for, and counts how often it starts anew.
class CountingReader : public SignalReader {
 public:
  explicit CountingReader(const Signal& signal) : signal_(signal) {}
  Index samples() const override { return signal_.rows(); }
  Index channels() const override { return signal_.cols(); }
  void rewind() override {
    position_ = 0;
    ++rewinds;
  }
  Signal next(Index count) override {
    REQUIRE(position_ + count <= samples());
    largest = std::max(largest, count);
    position_ += count;
    return signal_.middleRows(position_ - count, count);
  }

  int rewinds = 0;
  Index largest = 0;

 private:
  const Signal& signal_;
  Index position_ = 0;
};

}  // namespace

TEST_CASE("a frame with filters of its own scores what its samples score alone") {
  const auto signals = synthetic_signals({11, 3, 2, 3000});
  BssEvalOptions options{.criteria = BssCriteria::images, .filter_length = 32};
  options.framing = Framing{800, 512.5};
  const auto result = evaluate(signals, options);
  REQUIRE(result.frames.size() == 5);
  options.framing.reset();
  const Index starts[] = {0, 512, 1025, 1537, 2050};
  for (std::size_t t = 0; t < 5; ++t) {
    CHECK(result.frames[t].first == starts[t]);
    CHECK(result.frames[t].samples == 800);
    const auto alone = evaluate(part(signals, starts[t], 800), options);
    for (std::size_t j = 0; j < 3; ++j)
      check_equal(result.frames[t].sources[j], alone.frames[0].sources[j], 0.0);
  }
}

TEST_CASE("a signal no longer than the frame is one frame, whichever filters") {
  const auto signals = synthetic_signals({11, 2, 1, 900});
  BssEvalOptions options{.filter_length = 32};
  const auto expected = evaluate(signals, options);
  for (const auto filters : {BssFilters::per_frame, BssFilters::whole_signal}) {
    options.filters = filters;
    for (const Index window : {900, 901, 100000}) {
      options.framing = Framing{window, 450};
      check_equal(evaluate(signals, options), expected, 0.0);
    }
  }
}

TEST_CASE("the scores of images do not depend on how channels of silence or copies are added") {
  const auto mono = synthetic_signals({12, 2, 1, 1500});
  const BssEvalOptions options{.criteria = BssCriteria::images, .filter_length = 64};
  const auto expected = evaluate(mono, options);
  for (const double gain : {0.0, 1.0, -1.0, 0.3}) {
    SyntheticSignals stereo;
    for (const Signal& signal : mono.references)
      stereo.references.push_back((Signal(1500, 2) << signal, gain * signal).finished());
    for (const Signal& signal : mono.estimates)
      stereo.estimates.push_back((Signal(1500, 2) << signal, gain * signal).finished());
    const auto result = evaluate(stereo, options);
    check_equal(result, expected, 1e-9);
    CHECK_FALSE(result.frames[0].ill_conditioned);
  }
}

TEST_CASE("references that are copies of each other are flagged, and the distortion still counts") {
  auto signals = synthetic_signals({12, 3, 1, 1500});
  const auto before = evaluate(signals, {.filter_length = 32});
  signals.references[2] = -0.5 * signals.references[0];
  const auto result = evaluate(signals, {.filter_length = 32});
  CHECK(result.frames[0].ill_conditioned);
  CHECK(result.frames[0].conditioning == 0.0);
  CHECK(*result.frames[0].sources[0].sdr == Approx(*before.frames[0].sources[0].sdr));
  CHECK_FALSE(before.frames[0].ill_conditioned);
}

TEST_CASE("fewer samples than unknowns leave interference and artifacts undefined") {
  const auto signals = synthetic_signals({12, 3, 1, 100});
  const auto result = evaluate(signals, {.filter_length = 64});
  CHECK(result.frames[0].underdetermined);
  for (const BssScore& score : result.frames[0].sources) {
    CHECK(score.sdr.has_value());
    CHECK_FALSE(score.sir.has_value());
    CHECK_FALSE(score.sar.has_value());
  }
  CHECK_FALSE(evaluate(signals, {.filter_length = 40}).frames[0].underdetermined);
}

TEST_CASE("a silent frame is undefined for its source alone, or for all on request") {
  auto signals = synthetic_signals({12, 3, 1, 3000});
  signals.references[1].middleRows(1000, 1000).setZero();
  BssEvalOptions options{.framing = Framing{1000, 1000}, .filter_length = 16};
  for (const auto filters : {BssFilters::per_frame, BssFilters::whole_signal}) {
    options.filters = filters;
    options.undefined_together = false;
    const auto frames = evaluate(signals, options).frames;
    REQUIRE(frames.size() == 3);
    CHECK_FALSE(frames[1].sources[1].sdr.has_value());
    CHECK(frames[1].sources[0].sdr.has_value());
    CHECK(frames[1].sources[2].sir.has_value());
    CHECK(frames[0].sources[1].sdr.has_value());
    options.undefined_together = true;
    const auto together = evaluate(signals, options).frames;
    CHECK_FALSE(together[1].sources[0].sdr.has_value());
    CHECK(together[2].sources[0].sdr == frames[2].sources[0].sdr);
  }
}

TEST_CASE("one silent frame does not change the permutation") {
  auto signals = synthetic_signals({12, 2, 1, 3000});
  std::swap(signals.estimates[0], signals.estimates[1]);
  signals.references[1].middleRows(1000, 1000).setZero();
  const auto result = evaluate(signals, {.filters = BssFilters::whole_signal,
                                         .framing = Framing{1000, 1000},
                                         .filter_length = 16,
                                         .permute = true});
  CHECK(result.frames[1].permutation == std::vector<Index>{1, 0});
}

TEST_CASE("assignments are compared by means over the frames in which they are defined") {
  // Estimate 0 sounds in one frame of four and is of reference 0 by 10 dB; estimate 1 leans to
  // reference 0 too, by 6 dB, in all of them. Sums would give it reference 0 for its many frames.
  constexpr Index frame = 1000;
  SyntheticSignals signals;
  Random random(21);
  for (int s = 0; s < 2; ++s)
    signals.references.push_back(test::coloured_noise(random, {0, 1, 1, 4 * frame}, 0.0));
  const Signal& first = signals.references[0];
  const Signal& second = signals.references[1];
  signals.estimates = {std::pow(10.0, 0.5) * first + second, 2.0 * first + second};
  signals.estimates[0].bottomRows(3 * frame).setZero();
  const auto result = evaluate(signals, {.filters = BssFilters::whole_signal,
                                         .framing = Framing{frame, frame},
                                         .filter_length = 1,
                                         .permute = true});
  CHECK(result.frames[0].permutation == std::vector<Index>{0, 1});
}

TEST_CASE("of more estimates than references the best are taken, in any order") {
  auto signals = synthetic_signals({17, 3, 1, 1500});
  const auto expected = evaluate(signals, {.filter_length = 8});
  Random random(1);
  const std::vector<Signal> given = signals.estimates;
  signals.estimates = {given[1], test::coloured_noise(random, {0, 1, 1, 1500}, 0.3), given[2],
                       test::coloured_noise(random, {0, 1, 1, 1500}, 0.6), given[0]};
  const auto result = evaluate(signals, {.filter_length = 8, .permute = true});
  CHECK(result.frames[0].permutation == std::vector<Index>{4, 0, 2});
  for (std::size_t j = 0; j < 3; ++j)
    CHECK(*result.frames[0].sources[j].sar ==
          Approx(*expected.frames[0].sources[j].sar).margin(1e-9));
}

TEST_CASE("a source that is silent in all frames voids itself alone") {
  for (const BssFilters filters : {BssFilters::whole_signal, BssFilters::per_frame}) {
    auto signals = synthetic_signals({15, 3, 1, 3000});
    signals.references[2].setZero();
    signals.references[1].topRows(1000).setZero();
    const auto result = evaluate(signals, {.filters = filters,
                                           .framing = Framing{1000, 1000},
                                           .filter_length = 8,
                                           .undefined_together = true});
    for (std::size_t f = 0; f < 3; ++f) {
      CHECK(result.frames[f].sources[0].sdr.has_value() == (f > 0));
      CHECK(result.frames[f].sources[1].sdr.has_value() == (f > 0));
      CHECK_FALSE(result.frames[f].sources[2].sdr.has_value());
      CHECK_FALSE(result.frames[f].sources[0].silent);
      CHECK(result.frames[f].sources[1].silent == (f == 0));
      CHECK(result.frames[f].sources[2].silent);
    }
  }
}

TEST_CASE("material at a billionth of full scale scores like loud material") {
  const auto loud = synthetic_signals({13, 2, 2, 4000});
  auto quiet = loud;
  for (Signal& signal : quiet.references) signal *= 1e-9;
  for (Signal& signal : quiet.estimates) signal *= 1e-9;
  for (const auto criteria : {BssCriteria::sources, BssCriteria::images}) {
    const BssEvalOptions options{.criteria = criteria,
                                 .filters = BssFilters::whole_signal,
                                 .framing = Framing{1000, 1000},
                                 .filter_length = 64};
    check_equal(evaluate(quiet, options), evaluate(loud, options), 1e-8);
  }
}

TEST_CASE("readers are read twice in order, in pieces, and score the same") {
  const auto signals = synthetic_signals({14, 2, 1, 400000});
  std::vector<CountingReader> readers;
  for (const Signal& signal : signals.references) readers.emplace_back(signal);
  for (const Signal& signal : signals.estimates) readers.emplace_back(signal);
  const std::vector<SignalReader*> references = {&readers[0], &readers[1]};
  const std::vector<SignalReader*> estimates = {&readers[2], &readers[3]};
  const BssEvalOptions options{.filters = BssFilters::whole_signal, .framing = Framing{8000, 6000}};
  const auto result = bss_eval(references, estimates, options);
  check_equal(result, evaluate(signals, options), 0.0);
  for (const CountingReader& reader : readers) {
    CHECK(reader.rewinds <= 2);
    CHECK(reader.largest <= 150000);
  }
}

TEST_CASE("scores are the same bits on any number of threads") {
  const auto signals = synthetic_signals({15, 4, 2, 60000});
  for (const auto filters : {BssFilters::per_frame, BssFilters::whole_signal}) {
    const BssEvalOptions options{.criteria = BssCriteria::images,
                                 .filters = filters,
                                 .framing = Framing{20000, 10000},
                                 .filter_length = 128};
    const auto on = [&](std::size_t threads) {
      const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
      return evaluate(signals, options);
    };
    const auto expected = on(1);
    for (const std::size_t threads : {2U, 7U}) check_equal(on(threads), expected, 0.0);
  }
}

TEST_CASE("framing that cannot be is refused") {
  const auto signals = synthetic_signals({15, 2, 1, 100});
  for (const Framing framing : {Framing{0, 1}, Framing{10, 0}, Framing{10, -1}, Framing{10, NAN}})
    CHECK_THROWS_AS(evaluate(signals, {.framing = framing}), InvalidArgument);
}

TEST_CASE("a permutation counts all channels of a source") {
  // Channel 0 of the estimates says that they stand in order, the louder channel 1 that they do
  // not.
  SyntheticSignals signals = synthetic_signals({21, 2, 2, 1200});
  const SyntheticSignals noise = synthetic_signals({22, 2, 2, 1200});
  for (std::size_t j = 0; j < 2; ++j) {
    const Signal& own = signals.references[j];
    const Signal& other = signals.references[1 - j];
    signals.estimates[j].col(0) =
        own.col(0) + 0.3 * other.col(0) + 0.1 * noise.references[j].col(0);
    signals.estimates[j].col(1) =
        10 * (other.col(1) + 0.3 * own.col(1) + 0.1 * noise.references[j].col(1));
  }
  const auto result = evaluate(signals, {.filter_length = 4, .permute = true});
  CHECK(result.frames[0].permutation == std::vector<Index>{1, 0});
}

TEST_CASE(
    "filters with as many unknowns as the filtered signal has samples are said to explain all") {
  // Two references of four taps have 8 unknowns; 5 samples filtered by 4 taps are 8.
  for (const Index samples : {5, 6}) {
    const auto result = evaluate(synthetic_signals({3, 2, 1, samples}), {.filter_length = 4});
    CHECK(result.frames[0].underdetermined == (samples == 5));
    CHECK(result.frames[0].sources[0].sir.has_value() == (samples == 6));
  }
}

TEST_CASE("frames whose filters answer to their edges alone are cut from the whole") {
  // A bow with some noise on it, and as the estimate its differences: at a frame's edge the filter
  // that makes them answers to the bow itself, which is a thousand times all that it explains.
  SyntheticSignals signals = synthetic_signals({4, 2, 1, 800});
  for (std::size_t j = 0; j < 2; ++j) {
    Signal& reference = signals.references[j];
    for (Index t = 0; t < 800; ++t)
      reference(t, 0) += 1000.0 * static_cast<double>(j + 1) *
                         std::pow(std::sin(std::numbers::pi * static_cast<double>(t) / 799), 2);
    signals.estimates[j] = 0.01 * synthetic_signals({5 + j, 2, 1, 800}).references[0];
    signals.estimates[j].bottomRows(799) += reference.bottomRows(799) - reference.topRows(799);
  }
  const BssEvalOptions options{
      .filters = BssFilters::whole_signal, .framing = Framing{100, 100}, .filter_length = 2};
  const auto result = evaluate(signals, options);
  REQUIRE(result.frames.size() == 8);
  CHECK(result.frames[3].cut_from_whole);
  CHECK_FALSE(result.frames[3].ill_conditioned);
  CHECK(*result.frames[3].sources[0].sdr > 20);
  const auto usual = synthetic_signals({4, 2, 1, 800});
  CHECK_FALSE(evaluate(usual, options).frames[3].cut_from_whole);
}
