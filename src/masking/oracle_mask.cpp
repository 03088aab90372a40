#include "nmfsep/masking/oracle_mask.hpp"

#include <algorithm>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/masking/wiener_mask.hpp"

namespace nmfsep {
namespace {

void validate(std::span<const Spectrogram> sources, const Spectrogram& mixture) {
  if (sources.empty()) throw InvalidArgument("oracle_masks: there is no source");
  for (const Spectrogram& source : sources) {
    const auto same_shape = [](const ComplexMatrix& a, const ComplexMatrix& b) {
      return a.rows() == b.rows() && a.cols() == b.cols();
    };
    if (!std::equal(source.channels.begin(), source.channels.end(), mixture.channels.begin(),
                    mixture.channels.end(), same_shape))
      throw InvalidArgument("oracle_masks: a source and the mixture differ in shape");
  }
}

std::vector<SourceEstimate> magnitudes_of(std::span<const Spectrogram> sources) {
  std::vector<SourceEstimate> estimates;
  for (const Spectrogram& source : sources) estimates.push_back({"", magnitudes(source, 1)});
  return estimates;
}

std::vector<Matrix> binary_masks(const std::vector<SourceEstimate>& sources) {
  Matrix largest = sources.front().magnitudes;
  for (const SourceEstimate& source : sources) largest = largest.cwiseMax(source.magnitudes);
  Matrix left = Matrix::Ones(largest.rows(), largest.cols());  // 0 where a bin is given away
  std::vector<Matrix> masks;
  for (const SourceEstimate& source : sources) {
    masks.push_back((source.magnitudes.array() == largest.array()).select(left, 0.0F));
    left -= masks.back();
  }
  return masks;
}

/// Re(S / X), limited; 0 where the mixture is silent.
Matrix phase_sensitive_mask(const Spectrogram& source, const Spectrogram& mixture) {
  const ComplexMatrix& first = mixture.channels.front();
  Matrix mask(first.rows(), first.cols() * static_cast<Index>(mixture.channels.size()));
  for (std::size_t c = 0; c < mixture.channels.size(); ++c) {
    const auto ratio = [](std::complex<float> s, std::complex<float> x) {
      return x == 0.0F ? 0.0F : std::clamp((s / x).real(), 0.0F, 1.0F);
    };
    mask.middleCols(static_cast<Index>(c) * first.cols(), first.cols()) =
        source.channels[c].binaryExpr(mixture.channels[c], ratio);
  }
  return mask;
}

}  // namespace

std::vector<Matrix> oracle_masks(std::span<const Spectrogram> sources, const Spectrogram& mixture,
                                 OracleMask kind) {
  validate(sources, mixture);
  if (kind == OracleMask::binary) return binary_masks(magnitudes_of(sources));
  if (kind != OracleMask::phase_sensitive)
    return wiener_masks(magnitudes_of(sources), kind == OracleMask::ratio ? 1.0 : 2.0);
  std::vector<Matrix> masks;
  for (const Spectrogram& source : sources) masks.push_back(phase_sensitive_mask(source, mixture));
  return masks;
}

}  // namespace nmfsep
