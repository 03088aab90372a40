#include "nmfsep/evaluation/stoi.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "evaluation/parallel.hpp"
#include "evaluation/polyphase.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/real_fft.hpp"

namespace nmfsep {
namespace {

constexpr int rate = 10000;      ///< Hz
constexpr Index frame = 256;     ///< samples
constexpr Index hop = 128;       ///< samples
constexpr Index fft_size = 512;  ///< samples, frames are padded with zeros
constexpr Index bands = 15;
constexpr double lowest_band = 150.0;   ///< Hz, centre
constexpr double dynamic_range = 40.0;  ///< dB below the loudest frame: silent
constexpr double largest_error = 15.0;  ///< dB that a clipped envelope exceeds the reference
constexpr Index segment = 30;           ///< frames that are correlated, 0.4 s
constexpr Index frames_per_task = 64;
constexpr double epsilon = std::numeric_limits<double>::epsilon();

using Array = Eigen::ArrayXd;

/// Runs `body(i)` for 0 <= i < count, many i to a task.
template <typename Body>
void for_each_frame(Index count, const Body& body) {
  parallel_for(Index{0}, (count + frames_per_task - 1) / frames_per_task, [&](Index task) {
    const Index end = std::min((task + 1) * frames_per_task, count);
    for (Index i = task * frames_per_task; i < end; ++i) body(i);
  });
}

/// Hann window without the zeros at its ends.
Array window() {
  return Array::NullaryExpr(frame, [](Index n) {
    return 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n + 1) /
                                static_cast<double>(frame + 1));
  });
}

/// A last frame that ends with the signal is left out, as in the reference implementation.
Index frame_count(Index samples) { return samples > frame ? (samples - frame - 1) / hop + 1 : 0; }

/// The first sample of each frame in which `reference` is not silent.
std::vector<Index> loud_frames(const Array& reference) {
  const Array taper = window();
  Array level(frame_count(reference.size()));
  for_each_frame(level.size(), [&](Index f) {
    const double norm = (reference.segment(f * hop, frame) * taper).matrix().norm();
    level[f] = 20.0 * std::log10(norm + epsilon);
  });
  const double quietest = level.size() > 0 ? level.maxCoeff() - dynamic_range : 0.0;
  std::vector<Index> loud;
  for (Index f = 0; f < level.size(); ++f)
    if (level[f] > quietest) loud.push_back(f * hop);
  return loud;
}

/// Only those frames, windowed and overlapped anew.
Array joined(const Array& signal, const std::vector<Index>& starts) {
  const Array taper = window();
  Array result = Array::Zero((static_cast<Index>(starts.size()) - 1) * hop + frame);
  for (std::size_t f = 0; f < starts.size(); ++f)
    result.segment(static_cast<Index>(f) * hop, frame) += taper * signal.segment(starts[f], frame);
  return result;
}

/// The first bin of each third-octave band, and behind the last one.
std::vector<std::pair<Index, Index>> band_bins() {
  std::vector<std::pair<Index, Index>> bins;
  const auto nearest_bin = [](double frequency) {
    return static_cast<Index>(std::lround(frequency * fft_size / rate));
  };
  for (Index b = 0; b < bands; ++b) {
    const double centre = lowest_band * std::exp2(static_cast<double>(b) / 3.0);
    bins.emplace_back(nearest_bin(centre * std::exp2(-1.0 / 6.0)),
                      nearest_bin(centre * std::exp2(1.0 / 6.0)));
  }
  return bins;
}

/// Magnitudes in third-octave bands, frames × bands.
Eigen::ArrayXXd band_envelopes(const Array& signal) {
  const Array taper = window();
  const RealFft fft(fft_size);
  const auto bins = band_bins();
  Eigen::ArrayXXd envelopes(frame_count(signal.size()), bands);
  for_each_frame(envelopes.rows(), [&](Index f) {
    Eigen::VectorXd padded = Eigen::VectorXd::Zero(fft_size);
    padded.head(frame) = taper * signal.segment(f * hop, frame);
    const Array power = fft.forward(padded).array().abs2();
    for (Index b = 0; b < bands; ++b) {
      const auto [from, to] = bins[static_cast<std::size_t>(b)];
      envelopes(f, b) = std::sqrt(power.segment(from, to - from).sum());
    }
  });
  return envelopes;
}

using Segment = Eigen::Array<double, segment, bands>;  ///< frames × bands

/// Without mean, over the norm; zeros stay zeros.
template <typename Line>
void normalise(Line&& line) {
  line -= line.mean();
  line /= line.matrix().norm() + epsilon;
}

/// Mean correlation of the bands' envelopes, with those of the estimate first scaled to the
/// reference's norm and clipped (Taal et al., 2011).
double correlation(Segment x, Segment y) {
  const double limit = 1.0 + std::pow(10.0, largest_error / 20.0);
  for (Index b = 0; b < bands; ++b) {
    y.col(b) *= x.col(b).matrix().norm() / (y.col(b).matrix().norm() + epsilon);
    y.col(b) = y.col(b).min(limit * x.col(b));
    normalise(x.col(b));
    normalise(y.col(b));
  }
  return (x * y).sum() / static_cast<double>(bands);
}

/// Mean correlation of the frames' spectra, after normalising bands, then frames (Jensen and
/// Taal, 2016).
double extended_correlation(Segment x, Segment y) {
  for (Segment* s : {&x, &y}) {
    for (Index b = 0; b < bands; ++b) normalise(s->col(b));
    for (Index f = 0; f < segment; ++f) normalise(s->row(f));
  }
  return (x * y).sum() / static_cast<double>(segment);
}

std::optional<double> channel_score(const Array& reference, const Array& estimate,
                                    StoiVariant variant) {
  const std::vector<Index> loud = loud_frames(reference);
  if (static_cast<Index>(loud.size()) < segment) return {};
  const Eigen::ArrayXXd x = band_envelopes(joined(reference, loud));
  const Eigen::ArrayXXd y = band_envelopes(joined(estimate, loud));
  const Index count = x.rows() - segment + 1;
  if (count < 1) return {};
  Array scores(count);
  for_each_frame(count, [&](Index f) {
    const Segment a = x.middleRows(f, segment);
    const Segment b = y.middleRows(f, segment);
    scores[f] = variant == StoiVariant::stoi ? correlation(a, b) : extended_correlation(a, b);
  });
  return scores.mean();
}

void check(bool holds, const std::string& rule) {
  if (!holds) throw InvalidArgument(fmt::format("stoi: {}", rule));
}

}  // namespace

std::optional<double> stoi(const Signal& reference, const Signal& estimate, int sample_rate,
                           StoiVariant variant) {
  check(sample_rate > 0, fmt::format("sample_rate = {}, must be positive", sample_rate));
  check(reference.rows() == estimate.rows() && reference.cols() == estimate.cols(),
        "reference and estimate must have the same length and channels");
  check(reference.size() > 0, "there are no samples");
  check(reference.allFinite() && estimate.allFinite(), "a signal holds NaN or infinity");
  double sum = 0.0;
  for (Index c = 0; c < reference.cols(); ++c) {
    if (reference.col(c).isZero(0.0) || estimate.col(c).isZero(0.0)) return {};
    const auto score =
        channel_score(resample_polyphase(reference.col(c), sample_rate, rate),
                      resample_polyphase(estimate.col(c), sample_rate, rate), variant);
    if (!score) return {};
    sum += *score;
  }
  return sum / static_cast<double>(reference.cols());
}

}  // namespace nmfsep
