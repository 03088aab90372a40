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

/// The masks of one bin. `magnitudes[s]` is V_s and becomes the mask of s. Dividing by the largest
/// V_s first keeps the powers from overflowing, and from vanishing together.
void share_bin(std::span<float> magnitudes, float exponent) {
  float largest = 0;
  for (const float magnitude : magnitudes) largest = std::max(largest, magnitude);
  if (!(largest > 0)) {
    for (float& mask : magnitudes) mask = 1.0F / static_cast<float>(magnitudes.size());
    return;
  }
  float sum = 0;
  for (float& magnitude : magnitudes) {
    const float ratio = magnitude / largest;
    magnitude = exponent == 1.0F ? ratio : std::pow(ratio, exponent);
    sum += magnitude;
  }
  for (float& mask : magnitudes) mask /= sum;
}

}  // namespace

std::vector<Matrix> wiener_masks(std::span<const SourceEstimate> estimates, double exponent) {
  validate(estimates, exponent);
  const Index bins = estimates.front().magnitudes.rows();
  const Index columns = estimates.front().magnitudes.cols();
  std::vector<Matrix> masks(estimates.size(), Matrix(bins, columns));
  tbb::parallel_for(tbb::blocked_range<Index>(0, columns), [&](const auto& range) {
    std::vector<float> bin(estimates.size());
    for (Index column = range.begin(); column < range.end(); ++column)
      for (Index row = 0; row < bins; ++row) {
        for (std::size_t s = 0; s < bin.size(); ++s) bin[s] = estimates[s].magnitudes(row, column);
        share_bin(bin, static_cast<float>(exponent));
        for (std::size_t s = 0; s < bin.size(); ++s) masks[s](row, column) = bin[s];
      }
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
