#include "nmfsep/masking/wiener_mask.hpp"

#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

void validate(std::span<const SourceEstimate> estimates, double exponent) {
  if (estimates.empty()) throw InvalidArgument("wiener_masks: there is no source estimate");
  if (!(exponent > 0) || !std::isfinite(exponent))
    throw InvalidArgument(fmt::format("mask exponent = {}, must be positive and finite", exponent));
  const Matrix& first = estimates.front().magnitudes;
  for (const SourceEstimate& estimate : estimates)
    if (estimate.magnitudes.rows() != first.rows() || estimate.magnitudes.cols() != first.cols())
      throw InvalidArgument(fmt::format(
          "wiener_masks: '{}' is {} × {}, '{}' is {} × {}", estimates.front().name, first.rows(),
          first.cols(), estimate.name, estimate.magnitudes.rows(), estimate.magnitudes.cols()));
}

/// The masks of one column. Dividing by the largest V_s first keeps the powers from overflowing,
/// and from vanishing together. All is done bin by bin, so that bits depend on no neighbour.
void share_column(std::span<const SourceEstimate> estimates, float exponent, Index column,
                  std::vector<Matrix>& masks) {
  Eigen::ArrayXf largest = estimates.front().magnitudes.col(column);
  for (const SourceEstimate& estimate : estimates.subspan(1))
    largest = largest.max(estimate.magnitudes.col(column).array());
  Eigen::ArrayXf sum = Eigen::ArrayXf::Zero(largest.size());
  for (std::size_t s = 0; s < masks.size(); ++s) {
    auto mask = masks[s].col(column).array();
    mask = estimates[s].magnitudes.col(column).array() / largest;
    if (exponent != 1.0F)
      mask = mask.unaryExpr([exponent](float ratio) { return std::pow(ratio, exponent); });
    sum += mask;
  }
  for (Matrix& mask : masks) mask.col(column).array() /= sum;
  if (largest.minCoeff() > 0) return;
  for (Index bin = 0; bin < largest.size(); ++bin)
    if (!(largest(bin) > 0))  // nothing explains it, and 0 / 0 is no share
      for (Matrix& mask : masks) mask(bin, column) = 1.0F / static_cast<float>(masks.size());
}

}  // namespace

std::vector<Matrix> wiener_masks(std::span<const SourceEstimate> estimates, double exponent) {
  validate(estimates, exponent);
  const Index bins = estimates.front().magnitudes.rows();
  const Index columns = estimates.front().magnitudes.cols();
  std::vector<Matrix> masks(estimates.size(), Matrix(bins, columns));
  tbb::parallel_for(tbb::blocked_range<Index>(0, columns), [&](const auto& range) {
    for (Index column = range.begin(); column < range.end(); ++column)
      share_column(estimates, static_cast<float>(exponent), column, masks);
  });
  return masks;
}

ComplexMatrix apply_mask(const Eigen::Ref<const ComplexMatrix>& mixture, const MatrixView& mask) {
  ComplexMatrix masked(mixture.rows(), mixture.cols());
  tbb::parallel_for(tbb::blocked_range<Index>(0, mixture.cols()), [&](const auto& range) {
    for (Index frame = range.begin(); frame < range.end(); ++frame)
      masked.col(frame) = mixture.col(frame).cwiseProduct(mask.col(frame));
  });
  return masked;
}

Spectrogram apply_mask(const Spectrogram& mixture, const Matrix& mask) {
  Spectrogram masked{{}, mixture.samples, mixture.sample_rate};
  Index column = 0;
  for (const ComplexMatrix& channel : mixture.channels) {
    masked.channels.push_back(apply_mask(channel, mask.middleCols(column, channel.cols())));
    column += channel.cols();
  }
  return masked;
}

}  // namespace nmfsep
