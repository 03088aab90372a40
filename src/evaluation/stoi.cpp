#include "nmfsep/evaluation/stoi.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "evaluation/parallel.hpp"
#include "evaluation/projection/polyphase.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/finite.hpp"
#include "nmfsep/core/real_fft.hpp"

namespace nmfsep {
namespace {

constexpr int rate = 10000;      ///< Hz
constexpr Index frame = 256;     ///< samples
constexpr Index hop = 128;       ///< samples
constexpr Index fft_size = 512;  ///< samples, frames are padded with zeros
constexpr Index bands = 15;
constexpr Index lanes = 16;             ///< bands, and one of zeros that fills vector registers
constexpr double lowest_band = 150.0;   ///< Hz, centre
constexpr double dynamic_range = 40.0;  ///< dB below the loudest frame: silent
constexpr double largest_error = 15.0;  ///< dB that a clipped envelope exceeds the reference
constexpr Index segment = 30;           ///< frames that are correlated, 0.4 s
constexpr Index frames_per_task = 64;
constexpr double epsilon = std::numeric_limits<double>::epsilon();

using Array = Eigen::ArrayXd;
using Samples = Eigen::VectorXd;
using Piece = Eigen::Array<double, frame, 1>;
using Bands = Eigen::Array<double, lanes, 1>;
using Envelopes = Eigen::Array<double, lanes, Eigen::Dynamic>;  ///< a frame is contiguous

/// Runs `body(i)` for 0 <= i < count, many i to a task.
template <typename Body>
void for_each_frame(Index count, const Body& body) {
  parallel_for(Index{0}, (count + frames_per_task - 1) / frames_per_task, [&](Index task) {
    const Index end = std::min((task + 1) * frames_per_task, count);
    for (Index i = task * frames_per_task; i < end; ++i) body(i);
  });
}

/// Hann window without the zeros at its ends.
Piece window() {
  return Piece::NullaryExpr([](Index n) {
    return 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n + 1) /
                                static_cast<double>(frame + 1));
  });
}

/// A last frame that ends with the signal is left out, as in the reference implementation.
Index frame_count(Index samples) { return samples > frame ? (samples - frame - 1) / hop + 1 : 0; }

/// The first sample of each frame in which `reference` is not silent.
std::vector<Index> loud_frames(const Samples& reference) {
  const Piece taper = window();
  Array level(frame_count(reference.size()));
  for_each_frame(level.size(), [&](Index f) {
    const double norm = (reference.segment<frame>(f * hop).array() * taper).matrix().norm();
    level[f] = 20.0 * std::log10(norm + epsilon);
  });
  const double quietest = level.size() > 0 ? level.maxCoeff() - dynamic_range : 0.0;
  std::vector<Index> loud;
  for (Index f = 0; f < level.size(); ++f)
    if (level[f] > quietest) loud.push_back(f * hop);
  return loud;
}

/// Only some frames of a signal, windowed and overlapped anew.
class JoinedFrames {
 public:
  JoinedFrames(const Samples& signal, const std::vector<Index>& starts)
      : signal_(signal), starts_(starts), taper_(window()) {}

  Index samples() const { return static_cast<Index>(starts_.size() - 1) * hop + frame; }

  /// Frame `f` of the joined signal: parts of the frame itself and of both neighbours.
  Piece frame_at(Index f) const {
    Piece result = piece(f);
    if (f > 0) result.head(hop) = piece(f - 1).tail(hop) + result.head(hop);
    result.tail(hop) += piece(f + 1).head(hop);
    return result;
  }

 private:
  Piece piece(Index f) const {
    return taper_ * signal_.segment<frame>(starts_[static_cast<std::size_t>(f)]).array();
  }

  const Samples& signal_;
  const std::vector<Index>& starts_;
  Piece taper_;
};

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

/// Magnitudes in third-octave bands, bands × frames.
Envelopes band_envelopes(const JoinedFrames& joined) {
  const Piece taper = window();
  const RealFft fft(fft_size);
  const auto bins = band_bins();
  Envelopes envelopes = Envelopes::Zero(lanes, frame_count(joined.samples()));
  for_each_frame(envelopes.cols(), [&](Index f) {
    Eigen::VectorXd padded = Eigen::VectorXd::Zero(fft_size);
    padded.head(frame) = taper * joined.frame_at(f);
    const Eigen::VectorXcd spectrum = fft.forward(padded);
    for (Index b = 0; b < bands; ++b) {
      const auto [from, to] = bins[static_cast<std::size_t>(b)];
      envelopes(b, f) = spectrum.segment(from, to - from).norm();
    }
  });
  return envelopes;
}

/// Mean correlation of the bands' envelopes from frame `first` on, with those of the estimate first
/// scaled to the reference's norm and clipped (Taal et al., 2011). All bands at once.
double correlation(const Envelopes& x, const Envelopes& y, Index first) {
  const double limit = 1.0 + std::pow(10.0, largest_error / 20.0);
  Bands x_energy = Bands::Zero();
  Bands y_energy = Bands::Zero();
  for (Index f = first; f < first + segment; ++f) {
    x_energy += x.col(f).square();
    y_energy += y.col(f).square();
  }
  const Bands scale = x_energy.sqrt() / (y_energy.sqrt() + epsilon);
  Eigen::Array<double, lanes, segment> clipped;
  for (Index f = 0; f < segment; ++f)
    clipped.col(f) = (scale * y.col(first + f)).min(limit * x.col(first + f));
  const Bands x_mean = x.middleCols<segment>(first).rowwise().mean();
  const Bands y_mean = clipped.rowwise().mean();
  Bands xx = Bands::Zero();
  Bands yy = Bands::Zero();
  Bands xy = Bands::Zero();
  for (Index f = 0; f < segment; ++f) {
    const Bands dx = x.col(first + f) - x_mean;
    const Bands dy = clipped.col(f) - y_mean;
    xx += dx.square();
    yy += dy.square();
    xy += dx * dy;
  }
  return (xy / ((xx.sqrt() + epsilon) * (yy.sqrt() + epsilon))).sum() / static_cast<double>(bands);
}

/// Without mean, over the norm; zeros stay zeros.
template <typename Line>
void normalise(Line&& line) {
  line -= line.mean();
  line /= line.matrix().norm() + epsilon;
}

/// Mean correlation of the frames' spectra from frame `first` on, after normalising bands, then
/// frames (Jensen and Taal, 2016).
double extended_correlation(const Envelopes& x, const Envelopes& y, Index first) {
  using BandSegment = Eigen::Array<double, bands, segment>;
  BandSegment parts[] = {x.topRows<bands>().middleCols<segment>(first),
                         y.topRows<bands>().middleCols<segment>(first)};
  for (BandSegment& part : parts) {
    for (Index b = 0; b < bands; ++b) normalise(part.row(b));
    for (Index f = 0; f < segment; ++f) normalise(part.col(f));
  }
  return (parts[0] * parts[1]).sum() / static_cast<double>(segment);
}

std::optional<double> channel_score(const Samples& reference, const Samples& estimate,
                                    StoiVariant variant) {
  const std::vector<Index> loud = loud_frames(reference);
  if (static_cast<Index>(loud.size()) < segment) return {};
  const Envelopes x = band_envelopes({reference, loud});
  const Envelopes y = band_envelopes({estimate, loud});
  const Index count = x.cols() - segment + 1;
  if (count < 1) return {};
  const auto score = variant == StoiVariant::stoi ? correlation : extended_correlation;
  Array scores(count);
  for_each_frame(count, [&](Index f) { scores[f] = score(x, y, f); });
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
  check(all_finite(reference) && all_finite(estimate), "a signal holds NaN or infinity");
  const PolyphaseResampler resample(sample_rate, rate);
  double sum = 0.0;
  for (Index c = 0; c < reference.cols(); ++c) {
    if (reference.col(c).isZero(0.0) || estimate.col(c).isZero(0.0)) return {};
    const auto score =
        channel_score(resample(reference.col(c)), resample(estimate.col(c)), variant);
    if (!score) return {};
    sum += *score;
  }
  return sum / static_cast<double>(reference.cols());
}

}  // namespace nmfsep
