#include "sources/grouping/likeness.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace nmfsep {
namespace {

constexpr Index bands = 8;
constexpr Index coefficients = 2;    // tilt and bend: more tell notes of one source apart
constexpr double lowest_hz = 40;     // where the first band begins
constexpr double linear_below = 60;  // Hz; bands are spaced as the logarithm far above it
constexpr double least_band = 1e-3;  // of the strongest: what lies below does not count
constexpr std::array lags_seconds{0.023, 0.046, 0.093, 0.186};
constexpr double least_norm = 1e-30;

double scale_of(double hz) { return std::log(hz + linear_below); }

/// Triangles that overlap by half, bands × bins, each with the sum one.
Eigen::MatrixXd band_weights(const Analysis& analysis, double highest_hz) {
  const Index bins = bins_of(analysis);
  const double step = (scale_of(highest_hz) - scale_of(lowest_hz)) / (bands + 1);
  Eigen::MatrixXd weights(bands, bins);
  for (Index bin = 0; bin < bins; ++bin) {
    const double hz = static_cast<double>(bin) * analysis.sample_rate / analysis.stft.fft_size;
    const double place = (scale_of(hz) - scale_of(lowest_hz)) / step;  // 1 is the first's middle
    for (Index band = 0; band < bands; ++band)
      weights(band, bin) = std::max(0.0, 1 - std::abs(place - static_cast<double>(band + 1)));
  }
  weights.array().colwise() /= weights.rowwise().sum().array().max(least_norm);
  return weights;
}

/// A cosine transform without its constant, coefficients × bands.
Eigen::MatrixXd cosines() {
  Eigen::MatrixXd result(coefficients, bands);
  for (Index c = 0; c < coefficients; ++c)
    for (Index band = 0; band < bands; ++band)
      result(c, band) = std::cos(std::numbers::pi * static_cast<double>(c + 1) *
                                 (static_cast<double>(band) + 0.5) / static_cast<double>(bands));
  return result;
}

}  // namespace

Points cepstra(std::span<const Atoms> atoms) {
  int rate = atoms.front().analysis.sample_rate;
  Index count = 0;
  for (const Atoms& each : atoms) {
    rate = std::min(rate, each.analysis.sample_rate);
    count += each.W.cols();
  }
  Points points(count, coefficients);
  Index first = 0;
  for (const Atoms& each : atoms) {
    Eigen::MatrixXd levels = band_weights(each.analysis, rate / 2.0) * each.W.cast<double>();
    levels.array().rowwise() /= levels.colwise().maxCoeff().array().max(least_norm).eval();
    const Eigen::MatrixXd logs = (levels.array() + least_band).log();
    points.middleRows(first, each.W.cols()) = (cosines() * logs).transpose();
    first += each.W.cols();
  }
  return points;
}

Points persistence(const Matrix& H, const Analysis& analysis) {
  const Eigen::MatrixXd rows = H.cast<double>();
  const Eigen::ArrayXd energy = rows.rowwise().squaredNorm().array().max(least_norm);
  Points points = Points::Zero(H.rows(), static_cast<Index>(lags_seconds.size()));
  for (Index i = 0; i < points.cols(); ++i) {
    const double frames =
        lags_seconds[static_cast<std::size_t>(i)] * analysis.sample_rate / analysis.stft.hop;
    const auto lag = std::max<Index>(1, std::lround(frames));
    if (lag >= H.cols()) continue;
    const Index kept = H.cols() - lag;
    points.col(i) =
        rows.leftCols(kept).cwiseProduct(rows.rightCols(kept)).rowwise().sum().array() / energy;
  }
  return points;
}

Eigen::MatrixXd activation_correlation(const Matrix& H) {
  Eigen::MatrixXd rows = H.cast<double>().array().sqrt();
  rows.colwise() -= rows.rowwise().mean().eval();
  rows.array().colwise() /= rows.rowwise().norm().array().max(least_norm);
  return rows * rows.transpose();
}

Eigen::MatrixXd squared_distances(const Points& points) {
  Eigen::MatrixXd result(points.rows(), points.rows());
  for (Index a = 0; a < points.rows(); ++a)
    for (Index b = 0; b < points.rows(); ++b)
      result(a, b) = (points.row(a) - points.row(b)).squaredNorm();
  return result;
}

}  // namespace nmfsep
