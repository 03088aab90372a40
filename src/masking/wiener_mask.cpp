#include "nmfsep/masking/wiener_mask.hpp"

#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

void validate(std::span<const SourceEstimate> estimates, std::optional<double> exponent) {
  if (estimates.empty()) throw InvalidArgument("wiener_masks: there is no source estimate");
  if (exponent && (!(*exponent > 0) || !std::isfinite(*exponent)))
    throw InvalidArgument(
        fmt::format("mask exponent = {}, must be positive and finite", *exponent));
  const Matrix& first = estimates.front().magnitudes;
  for (const SourceEstimate& estimate : estimates)
    if (estimate.magnitudes.rows() != first.rows() || estimate.magnitudes.cols() != first.cols())
      throw InvalidArgument(fmt::format(
          "wiener_masks: '{}' is {} × {}, '{}' is {} × {}", estimates.front().name, first.rows(),
          first.cols(), estimate.name, estimate.magnitudes.rows(), estimate.magnitudes.cols()));
}

/// Ratios to the power of `exponent`: the usual ones without pow, which takes longer than all else
/// about a mask.
void raise(Eigen::Ref<Eigen::ArrayXf> ratios, float exponent) {
  if (exponent == 1.5F)
    for (float& ratio : ratios) ratio *= std::sqrt(ratio);
  else if (exponent == 2.0F)
    for (float& ratio : ratios) ratio *= ratio;
  else if (exponent != 1.0F)
    for (float& ratio : ratios) ratio = std::pow(ratio, exponent);
}

/// The masks of one column after the other. All is done bin by bin, so that bits depend on no
/// neighbour. Owned by one thread.
class ColumnMasks {
 public:
  ColumnMasks(std::span<const SourceEstimate> estimates, double exponent)
      : estimates_(estimates),
        exponent_(static_cast<float>(exponent)),
        masks_(estimates.front().magnitudes.rows(), static_cast<Index>(estimates.size())) {}

  /// Bins × sources, until the next call. Dividing by the largest V_s first keeps the powers from
  /// overflowing, and from vanishing together.
  const Eigen::ArrayXXf& of(Index column) {
    largest_ = estimates_.front().magnitudes.col(column);
    for (const SourceEstimate& estimate : estimates_.subspan(1))
      largest_ = largest_.max(estimate.magnitudes.col(column).array());
    sum_.setZero(largest_.size());
    for (Index s = 0; s < masks_.cols(); ++s) {
      const Matrix& magnitudes = estimates_[static_cast<std::size_t>(s)].magnitudes;
      masks_.col(s) = magnitudes.col(column).array() / largest_;
      raise(masks_.col(s), exponent_);
      sum_ += masks_.col(s);
    }
    sum_ = 1 / sum_;
    masks_.colwise() *= sum_;
    if (!(largest_.minCoeff() > 0)) share_unexplained();
    return masks_;
  }

 private:
  /// Where nothing explains a bin, 0 / 0 is no share.
  void share_unexplained() {
    for (Index bin = 0; bin < largest_.size(); ++bin)
      if (!(largest_(bin) > 0))
        masks_.row(bin).setConstant(1.0F / static_cast<float>(masks_.cols()));
  }

  std::span<const SourceEstimate> estimates_;
  float exponent_;
  Eigen::ArrayXf largest_, sum_;  // bins
  Eigen::ArrayXXf masks_;
};

/// Calls use(column, its masks) for `count` columns from `first` on.
template <typename Use>
void for_each_column(const tbb::blocked_range<Index>& columns,
                     std::span<const SourceEstimate> estimates, double exponent, const Use& use) {
  tbb::parallel_for(columns, [&](const tbb::blocked_range<Index>& range) {
    ColumnMasks masks(estimates, exponent);
    for (Index column = range.begin(); column < range.end(); ++column)
      use(column, masks.of(column));
  });
}

}  // namespace

std::vector<Matrix> wiener_masks(std::span<const SourceEstimate> estimates, double exponent) {
  validate(estimates, exponent);
  const Index bins = estimates.front().magnitudes.rows();
  const Index columns = estimates.front().magnitudes.cols();
  std::vector<Matrix> result(estimates.size(), Matrix(bins, columns));
  for_each_column({0, columns}, estimates, exponent, [&](Index column, const auto& masks) {
    for (std::size_t s = 0; s < result.size(); ++s)
      result[s].col(column) = masks.col(static_cast<Index>(s));
  });
  return result;
}

WienerFilter::WienerFilter(std::span<const SourceEstimate> estimates,
                           std::optional<double> exponent)
    : estimates_(estimates), exponent_(exponent) {
  validate(estimates, exponent);
}

void WienerFilter::apply(const Eigen::Ref<const ComplexMatrix>& mixture, Index first,
                         std::span<Eigen::Ref<ComplexMatrix>> sources) const {
  const tbb::blocked_range<Index> columns(first, first + mixture.cols());
  const auto mask = [&](Index column, std::size_t s, const auto& values) {
    sources[s].col(column - first).array() = mixture.col(column - first).array() * values;
  };
  if (exponent_) {
    for_each_column(columns, estimates_, *exponent_, [&](Index column, const auto& masks) {
      for (std::size_t s = 0; s < sources.size(); ++s)
        mask(column, s, masks.col(static_cast<Index>(s)));
    });
    return;
  }
  for (Index column = columns.begin(); column < columns.end(); ++column)
    for (std::size_t s = 0; s < sources.size(); ++s)
      mask(column, s, estimates_[s].magnitudes.col(column).array());
}

Spectrogram apply_mask(const Spectrogram& mixture, const Matrix& mask) {
  Spectrogram masked{{}, mixture.samples, mixture.sample_rate};
  Index column = 0;
  for (const ComplexMatrix& channel : mixture.channels) {
    masked.channels.push_back(channel.cwiseProduct(mask.middleCols(column, channel.cols())));
    column += channel.cols();
  }
  return masked;
}

}  // namespace nmfsep
