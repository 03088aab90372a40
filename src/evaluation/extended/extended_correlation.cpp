#include "evaluation/extended/extended_correlation.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "evaluation/extended/double_double.hpp"
#include "evaluation/parallel.hpp"
#include "evaluation/projection/cross_spectra.hpp"

namespace nmfsep {
namespace {

constexpr Index precision = 48;             ///< bits below a channel's peak that count
constexpr Index largest_product_bits = 46;  ///< of a sum that a transform gives to the integer
constexpr Index group_samples = 65536;      ///< that are read and summed at once, or else one block

/// Signals cut into digits of few bits: sums of their products are integers below 2^46, which a
/// transform in double gives with an error of a few hundredths, so that rounding makes them exact
/// (the error-free transformation of Ozaki et al., 2012, Numerical Algorithms 59).
class Digits {
 public:
  /// Of signals with these peaks, of which `samples` are summed at once.
  Digits(const Eigen::VectorXd& peaks, Index samples)
      : bits_(std::min<Index>(16, (largest_product_bits - log2(samples)) / 2 + 1)),
        count_((precision + bits_ - 1) / bits_) {
    for (const double peak : peaks) {
      int exponent = 0;
      std::frexp(peak, &exponent);
      exponents_.push_back(exponent + 1);  // the signal over 2^exponent is at most 1/2
    }
  }

  Index count() const { return count_; }

  /// Column c · count() + d holds digit d of channel c, integers of at most 2^(bits-1).
  Signal of(const Signal& signal) const {
    Signal digits(signal.rows(), signal.cols() * count_);
    parallel_for(Index{0}, signal.cols(), [&](Index channel) {
      const double scale = std::ldexp(1.0, -exponents_[static_cast<std::size_t>(channel)]);
      const double base = std::ldexp(1.0, static_cast<int>(bits_));
      Eigen::VectorXd rest = scale * signal.col(channel);
      for (Index d = 0; d < count_; ++d) {
        rest *= base;
        auto digit = digits.col(channel * count_ + d);
        digit = rest.array().rint();
        rest -= digit;
      }
    });
    return digits;
  }

  /// What a product of digit `first` of channel i and digit `second` of channel j is worth.
  double weight(Index i, Index j, Index both) const {
    return std::ldexp(1.0, exponents_[static_cast<std::size_t>(i)] +
                               exponents_[static_cast<std::size_t>(j)] -
                               static_cast<int>(bits_ * (both + 2)));
  }

 private:
  static Index log2(Index samples) {
    return static_cast<Index>(std::bit_width(static_cast<std::size_t>(samples - 1)));
  }

  Index bits_, count_;
  std::vector<int> exponents_;  ///< [channel]
};

Eigen::VectorXd peaks_of(ChannelSource& source) {
  Eigen::VectorXd peaks = Eigen::VectorXd::Zero(source.channels());
  for (Index first = 0; first < source.samples(); first += group_samples) {
    const Signal stretch = source.stretch(first, std::min(group_samples, source.samples() - first));
    peaks = peaks.cwiseMax(stretch.cwiseAbs().colwise().maxCoeff().transpose());
  }
  return peaks;
}

/// Adds what a group of blocks says of reference i and channel j: its lags, digit by digit, column
/// (i · D + first) · C · D + j · D + second.
class LagSums {
 public:
  LagSums(Index references, Index channels, Index taps)
      : references_(references), channels_(channels), sums_(taps, references * channels) {}

  void add(const Eigen::MatrixXd& lags, const Digits& digits) {
    parallel_for(Index{0}, references_ * channels_, [&](Index pair) {
      for (Index both = 0; both < 2 * digits.count() - 1; ++both)
        add_pair(pair, both, lags, digits);
    });
  }

  ExtendedCorrelations result(Index samples) const {
    const auto part = [&](const Eigen::MatrixXd& lags) {
      const Index taps = lags.rows();
      Correlations correlations{
          references_, channels_ - references_, Eigen::MatrixXd(taps, references_ * references_),
          Eigen::MatrixXd(taps, references_ * (channels_ - references_)), samples};
      for (Index i = 0; i < references_; ++i) {
        correlations.gram.middleCols(i * references_, references_) =
            lags.middleCols(i * channels_, references_);
        for (Index q = 0; q < correlations.estimates; ++q)
          correlations.cross.col(q * references_ + i) = lags.col(i * channels_ + references_ + q);
      }
      return correlations;
    };
    return {part(sums_.high), part(sums_.low)};
  }

 private:
  void add_pair(Index pair, Index both, const Eigen::MatrixXd& lags, const Digits& digits) {
    const Index i = pair / channels_;
    const Index j = pair % channels_;
    const Index count = digits.count();
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(lags.rows());
    for (Index first = std::max(Index{0}, both - count + 1); first <= std::min(both, count - 1);
         ++first)
      sum += lags.col((i * count + first) * channels_ * count + j * count + both - first)
                 .array()
                 .rint()
                 .matrix();
    const double weight = digits.weight(i, j, both);
    for (Index lag = 0; lag < sum.size(); ++lag)
      sums_.set(lag, pair, sums_(lag, pair) + DoubleDouble(weight * sum[lag]));
  }

  Index references_, channels_;
  ExtendedMatrix sums_;
};

}  // namespace

ExtendedCorrelations ExtendedCorrelations::restricted_to(
    std::span<const Index> reference_channels, std::span<const Index> estimate_channels) const {
  return {high.restricted_to(reference_channels, estimate_channels),
          low.restricted_to(reference_channels, estimate_channels)};
}

ExtendedCorrelations correlate_exactly(ChannelSource& source, Index references, Index taps) {
  const Index channels = source.channels();
  const Index block = CrossSpectra(1, 1, taps).block();
  const Index most_blocks = std::max(Index{1}, group_samples / block);
  const Digits digits(peaks_of(source), most_blocks * block);
  CrossSpectra spectra(references * digits.count(), channels * digits.count(), taps);
  LagSums sums(references, channels, taps);
  for (Index first = 0; first < source.samples(); first += most_blocks * block) {
    const Index blocks = std::min(most_blocks, (source.samples() - first + block - 1) / block);
    spectra.clear();
    spectra.add(digits.of(source.stretch(first, blocks * block + taps - 1)));
    sums.add(spectra.lags(), digits);
  }
  return sums.result(source.samples());
}

}  // namespace nmfsep
