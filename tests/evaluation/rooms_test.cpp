// Sources that stand in a room: the channels of a reference are one signal through short filters,
// so that they predict each other but for the rounding of their samples, and the Gram matrix is
// singular to a double. Scores against projections in extended precision.
#include <Eigen/QR>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <iostream>
#include <mutex>

#include "evaluation/dense_projection.hpp"
#include "nmfsep/evaluation/bss_eval.hpp"
#include "support/catch.hpp"
#include "support/random_room.hpp"

using namespace nmfsep;
using test::Room;
using test::RoomFormat;
using test::RoomMaker;
using test::RoomShape;

namespace {

using LongMatrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;

/// Signals with silence behind, as long as their filtered versions.
LongMatrix prolonged(const Signal& signal, Index taps) {
  LongMatrix longer = LongMatrix::Zero(signal.rows() + taps - 1, signal.cols());
  longer.topRows(signal.rows()) = signal.cast<long double>();
  return longer;
}

/// The columns of `estimate` projected on every delay of every channel, each written out.
LongMatrix project(const std::vector<Signal>& references, const LongMatrix& estimate, Index taps) {
  const Index samples = references[0].rows();
  const Index channels = references[0].cols();
  LongMatrix delayed =
      LongMatrix::Zero(samples + taps - 1, taps * channels * static_cast<Index>(references.size()));
  Index column = 0;
  for (const Signal& reference : references)
    for (Index c = 0; c < channels; ++c)
      for (Index lag = 0; lag < taps; ++lag)
        delayed.col(column++).segment(lag, samples) = reference.col(c).cast<long double>();
  Eigen::ColPivHouseholderQR<Eigen::Ref<LongMatrix>> factors(delayed);
  factors.setThreshold(1e-12L);
  LongMatrix rotated = estimate;
  rotated.applyOnTheLeft(factors.householderQ().adjoint());
  rotated.bottomRows(rotated.rows() - factors.rank()).setZero();
  rotated.applyOnTheLeft(factors.householderQ());
  return rotated;
}

double decibels(const LongMatrix& signal, const LongMatrix& noise) {
  return 10.0 * std::log10(static_cast<double>(signal.squaredNorm() / noise.squaredNorm()));
}

/// The largest differences (dB) of a room's scores from those by the definition.
struct Differences {
  double sdr = 0.0;
  double isr = 0.0;
  double sir = 0.0;
  double sar = 0.0;

  void widen(const Differences& other) {
    sdr = std::max(sdr, other.sdr);
    isr = std::max(isr, other.isr);
    sir = std::max(sir, other.sir);
    sar = std::max(sar, other.sar);
  }
};

/// Scores (dB) of a source by the definition; `sdr` of criteria sources, `snr` that of images.
struct Expected {
  double sdr = 0.0;
  double snr = 0.0;
  double isr = 0.0;
  double sir = 0.0;
  double sar = 0.0;
};

std::vector<Expected> by_written_delays(const Room& room, int taps) {
  const Index channels = room.references[0].cols();
  LongMatrix estimates(room.references[0].rows() + taps - 1,
                       channels * static_cast<Index>(room.estimates.size()));
  for (std::size_t j = 0; j < room.estimates.size(); ++j)
    estimates.middleCols(static_cast<Index>(j) * channels, channels) =
        prolonged(room.estimates[j], taps);
  const LongMatrix all_explained = project(room.references, estimates, taps);
  std::vector<Expected> result;
  for (std::size_t j = 0; j < room.references.size(); ++j) {
    const LongMatrix reference = prolonged(room.references[j], taps);
    const LongMatrix estimate = prolonged(room.estimates[j], taps);
    const LongMatrix target = project({room.references[j]}, estimate, taps);
    const LongMatrix explained =
        all_explained.middleCols(static_cast<Index>(j) * channels, channels);
    result.push_back({.sdr = decibels(target, estimate - target),
                      .snr = decibels(reference, estimate - reference),
                      .isr = decibels(reference, target - reference),
                      .sir = decibels(target, explained - target),
                      .sar = decibels(explained, estimate - explained)});
  }
  return result;
}

/// By energies alone, since errors of projections are orthogonal to them.
std::vector<Expected> by_normal_equations(const Room& room, int taps) {
  const auto ratio = [](const DoubleDouble& signal, const DoubleDouble& noise) {
    return 10.0 * std::log10(static_cast<double>(signal / noise));
  };
  std::vector<Expected> result;
  for (const auto& e : test::dense_projection(room.references, room.estimates, taps)) {
    const DoubleDouble twice_both = e.of_both + e.of_both;
    result.push_back({.sdr = ratio(e.target, e.estimate - e.target),
                      .snr = ratio(e.reference, e.estimate + e.reference - twice_both),
                      .isr = ratio(e.reference, e.target + e.reference - twice_both),
                      .sir = ratio(e.target, e.all_explained - e.target),
                      .sar = ratio(e.all_explained, e.estimate - e.all_explained)});
  }
  return result;
}

Differences differences(const Room& room, int taps, const std::vector<Expected>& expected) {
  const auto of = [&](BssCriteria criteria) {
    return bss_eval(room.references, room.estimates, {.criteria = criteria, .filter_length = taps})
        .frames[0];
  };
  const BssFrame sources = of(BssCriteria::sources);
  const BssFrame images = of(BssCriteria::images);
  const auto difference = [](const Score& score, double right) {
    return score && std::isfinite(right) ? std::abs(*score - right) : 1e9;
  };
  Differences result;
  for (std::size_t j = 0; j < expected.size(); ++j)
    result.widen({.sdr = std::max(difference(sources.sources[j].sdr, expected[j].sdr),
                                  difference(images.sources[j].sdr, expected[j].snr)),
                  .isr = difference(images.sources[j].isr, expected[j].isr),
                  .sir = std::max(difference(sources.sources[j].sir, expected[j].sir),
                                  difference(images.sources[j].sir, expected[j].sir)),
                  .sar = std::max(difference(sources.sources[j].sar, expected[j].sar),
                                  difference(images.sources[j].sar, expected[j].sar))});
  return result;
}

struct Problem {
  RoomShape shape;
  int taps = 1;
};

/// Room `number` of a series: 2 to 5 sources, mono and stereo, 16 to 32 bits and floats, sounds as
/// at 8 to 48 kHz, filters of 1 to `most_taps` taps, the room's own of 1 to 512.
Problem problem(std::uint64_t number, Index most_taps, Index most_unknowns) {
  Random random(1000 + number);
  const auto up_to = [&](Index most) {  // evenly over octaves
    const double exponent = static_cast<double>(random.uniform());
    return static_cast<Index>(std::pow(static_cast<double>(most) + 0.999, exponent));
  };
  Problem result;
  RoomShape& shape = result.shape;
  shape.seed = number;
  shape.sources = static_cast<Index>(2 + random.below(4));
  shape.channels = number % 4 == 0 ? 1 : 2;
  result.taps = static_cast<int>(
      std::min(up_to(most_taps), most_unknowns / (shape.sources * shape.channels)));
  shape.taps = up_to(512);
  constexpr double poles[] = {0.0, 0.5, 0.8, 0.9};
  shape.pole = poles[random.below(4)];
  constexpr RoomFormat formats[] = {RoomFormat::float_32, RoomFormat::pcm_24, RoomFormat::pcm_16,
                                    RoomFormat::pcm_32};
  shape.format = formats[random.below(4)];
  const Index unknowns = result.taps * shape.sources * shape.channels;
  shape.samples = 200 + 2 * unknowns + static_cast<Index>(random.below(200));
  return result;
}

/// A tenth of the rooms have filters of 512 taps, the others of 1 to 512. None is of doubles, whose
/// rounding is below what the dense equations resolve.
Problem long_problem(std::uint64_t number) {
  Problem result = problem(number, 512, 5120);
  if (number % 10 != 0) return result;
  result.taps = 512;
  result.shape.samples = 200 + 1024 * result.shape.sources * result.shape.channels;
  return result;
}

void tell(std::uint64_t number, const Problem& posed, const Differences& found) {
  constexpr const char* formats[] = {"16-bit", "24-bit", "32-bit", "float"};
  std::cout << number << ": " << posed.shape.sources << " x " << posed.shape.channels << " of "
            << posed.shape.samples << ", " << posed.taps << " taps, "
            << formats[static_cast<int>(posed.shape.format)] << ", room " << posed.shape.taps
            << ", pole " << posed.shape.pole << ": SDR " << found.sdr << ", ISR " << found.isr
            << ", SIR " << found.sir << ", SAR " << found.sar << std::endl;
}

}  // namespace

TEST_CASE("scores of sources in rooms equal projections in extended precision") {
  Differences worst;
  std::mutex mutex;
  tbb::parallel_for(std::uint64_t{0}, std::uint64_t{100}, [&](std::uint64_t number) {
    Problem posed = problem(number, 48, 96);
    if (number % 8 == 7) posed.shape.format = RoomFormat::float_64;
    const Room room = RoomMaker(posed.shape).make();
    const Differences found = differences(room, posed.taps, by_written_delays(room, posed.taps));
    const std::lock_guard lock(mutex);
    worst.widen(found);
  });
  CHECK(worst.sdr < 1e-7);
  CHECK(worst.isr < 1e-7);
  CHECK(worst.sir < 1e-4);
  CHECK(worst.sar < 1e-4);
}

// The second reference, which is fast enough for long filters, against the first.
TEST_CASE("dense normal equations in pairs of doubles equal QR of written delays") {
  for (std::uint64_t number = 0; number < 24; ++number) {
    CAPTURE(number);
    const Problem posed = problem(number, 24, 48);
    const Room room = RoomMaker(posed.shape).make();
    const std::vector<Expected> slow = by_written_delays(room, posed.taps);
    const std::vector<Expected> fast = by_normal_equations(room, posed.taps);
    for (std::size_t j = 0; j < slow.size(); ++j) {
      CHECK(std::abs(slow[j].sdr - fast[j].sdr) < 1e-9);
      CHECK(std::abs(slow[j].snr - fast[j].snr) < 1e-9);
      CHECK(std::abs(slow[j].isr - fast[j].isr) < 1e-9);
      CHECK(std::abs(slow[j].sir - fast[j].sir) < 1e-4);
      CHECK(std::abs(slow[j].sar - fast[j].sar) < 1e-4);
    }
  }
}

// Takes minutes: by hand, as `test_evaluation "[rooms]"`.
TEST_CASE("200 rooms with filters of up to 512 taps", "[.][rooms]") {
  Differences worst;
  for (std::uint64_t number = 0; number < 200; ++number) {
    const Problem posed = long_problem(number);
    const Room room = RoomMaker(posed.shape).make();
    const Differences found = differences(room, posed.taps, by_normal_equations(room, posed.taps));
    tell(number, posed, found);
    worst.widen(found);
  }
  std::cout << "worst: SDR " << worst.sdr << ", ISR " << worst.isr << ", SIR " << worst.sir
            << ", SAR " << worst.sar << " dB\n";
  CHECK(worst.sdr < 1e-7);
  CHECK(worst.isr < 1e-6);
  CHECK(worst.sir < 1e-5);
  CHECK(worst.sar < 1e-5);
}
