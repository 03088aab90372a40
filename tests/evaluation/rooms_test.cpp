// Sources that stand in a room: the channels of a reference are one signal through short filters,
// so that they predict each other but for the rounding of their samples, and the Gram matrix is
// singular to a double. Scores against projections in extended precision.
#include <Eigen/QR>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <iostream>
#include <mutex>

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

Differences differences(const Room& room, int taps) {
  const auto of = [&](BssCriteria criteria) {
    return bss_eval(room.references, room.estimates, {.criteria = criteria, .filter_length = taps})
        .frames[0];
  };
  const BssFrame sources = of(BssCriteria::sources);
  const BssFrame images = of(BssCriteria::images);
  const Index channels = room.references[0].cols();
  LongMatrix estimates(room.references[0].rows() + taps - 1,
                       channels * static_cast<Index>(room.estimates.size()));
  for (std::size_t j = 0; j < room.estimates.size(); ++j)
    estimates.middleCols(static_cast<Index>(j) * channels, channels) =
        prolonged(room.estimates[j], taps);
  const LongMatrix all_explained = project(room.references, estimates, taps);
  Differences result;
  for (std::size_t j = 0; j < room.references.size(); ++j) {
    const LongMatrix reference = prolonged(room.references[j], taps);
    const LongMatrix estimate = prolonged(room.estimates[j], taps);
    const LongMatrix target = project({room.references[j]}, estimate, taps);
    const LongMatrix explained =
        all_explained.middleCols(static_cast<Index>(j) * channels, channels);
    const auto difference = [](const Score& score, double expected) {
      return score ? std::abs(*score - expected) : 1e9;
    };
    result.widen(
        {.sdr =
             std::max(difference(sources.sources[j].sdr, decibels(target, estimate - target)),
                      difference(images.sources[j].sdr, decibels(reference, estimate - reference))),
         .isr = difference(images.sources[j].isr, decibels(reference, target - reference)),
         .sir = difference(sources.sources[j].sir, decibels(target, explained - target)),
         .sar = difference(sources.sources[j].sar, decibels(explained, estimate - explained))});
  }
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

Differences worst_of(std::uint64_t rooms, Index most_taps, Index most_unknowns, bool tell) {
  Differences worst;
  std::mutex mutex;
  tbb::parallel_for(std::uint64_t{0}, rooms, [&](std::uint64_t number) {
    const Problem posed = problem(number, most_taps, most_unknowns);
    const Differences found = differences(RoomMaker(posed.shape).make(), posed.taps);
    const std::lock_guard lock(mutex);
    worst.widen(found);
    if (tell)
      std::cout << number << ": " << posed.shape.sources << " x " << posed.shape.channels << ", "
                << posed.taps << " taps, format " << static_cast<int>(posed.shape.format)
                << ", room " << posed.shape.taps << ", pole " << posed.shape.pole << ": "
                << found.sdr << ' ' << found.isr << ' ' << found.sir << ' ' << found.sar
                << std::endl;
  });
  return worst;
}

}  // namespace

TEST_CASE("scores of sources in rooms equal projections in extended precision") {
  const Differences worst = worst_of(100, 48, 96, false);
  CHECK(worst.sdr < 1e-7);
  CHECK(worst.isr < 1e-7);
  CHECK(worst.sir < 1e-4);
  CHECK(worst.sar < 1e-4);
}

// Takes half an hour or so: by hand, as `test_evaluation "[rooms]"`.
TEST_CASE("200 rooms with filters of up to 512 taps", "[.][rooms]") {
  const Differences worst = worst_of(200, 512, 1100, true);
  std::cout << "worst: SDR " << worst.sdr << ", ISR " << worst.isr << ", SIR " << worst.sir
            << ", SAR " << worst.sar << " dB\n";
  CHECK(worst.sdr < 1e-7);
  CHECK(worst.isr < 1e-7);
  CHECK(worst.sir < 1e-4);
  CHECK(worst.sar < 1e-4);
}
