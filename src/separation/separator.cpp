#include "nmfsep/separation/separator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/audio/resample.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/masking/wiener_mask.hpp"

namespace nmfsep {
namespace {

double peak_dbfs(const Matrix& samples) {
  return 20 * std::log10(static_cast<double>(samples.cwiseAbs().maxCoeff()));
}

/// `audio` at `sample_rate` with exactly `frames` frames: resampling back may round one off.
AudioBuffer back_to(const AudioBuffer& audio, int sample_rate, Index frames) {
  AudioBuffer result = resample(audio, sample_rate);
  const Index before = result.frames();
  result.samples.conservativeResize(frames, Eigen::NoChange);
  if (frames > before) result.samples.bottomRows(frames - before).setZero();
  return result;
}

}  // namespace

Separator::Separator(Analysis analysis, std::unique_ptr<const Decomposer> decomposer,
                     SeparatorOptions options)
    : analysis_(analysis),
      stft_(analysis.stft),
      decomposer_(std::move(decomposer)),
      options_(options) {
  if (!(options_.mask_exponent > 0) || !std::isfinite(options_.mask_exponent))
    throw InvalidArgument(
        fmt::format("mask exponent = {}, must be positive and finite", options_.mask_exponent));
}

Separation Separator::separate(const AudioBuffer& mixture, const std::string& name,
                               Diagnostics& diagnostics, const ProgressCallback& progress) const {
  if (mixture.samples.isZero(0))
    diagnostics.warn("silent-mixture", fmt::format("{}: is silent, and so are its stems", name));
  Separation result;
  if (mixture.sample_rate == analysis_.sample_rate) {
    result.stems = separate_at_model_rate(mixture, result.report, progress);
  } else {
    diagnostics.warn(
        "resampled",
        fmt::format("{}: {} Hz, but the models are for {} Hz: resampled to {} Hz and "
                    "its stems back; content above {} Hz is lost",
                    name, mixture.sample_rate, analysis_.sample_rate, analysis_.sample_rate,
                    std::min(mixture.sample_rate, analysis_.sample_rate) / 2));
    result.stems =
        separate_at_model_rate(resample(mixture, analysis_.sample_rate), result.report, progress);
    for (Stem& stem : result.stems)
      stem.audio = back_to(stem.audio, mixture.sample_rate, mixture.frames());
  }
  Matrix residual = mixture.samples;
  for (const Stem& stem : result.stems) residual -= stem.audio.samples;
  result.residual_dbfs = peak_dbfs(residual);
  return result;
}

std::vector<Stem> Separator::separate_at_model_rate(const AudioBuffer& mixture, NmfReport& report,
                                                    const ProgressCallback& progress) const {
  const Spectrogram spectrogram = analyse(mixture, stft_);
  const Matrix magnitude = magnitudes(spectrogram, analysis_.magnitude_exponent);
  const Decomposition decomposition =
      decomposer_->decompose(magnitude, mixture.channels(), progress);
  report = decomposition.report;
  const std::vector<Matrix> masks = wiener_masks(decomposition.sources, options_.mask_exponent);
  std::vector<Stem> stems;
  for (std::size_t s = 0; s < masks.size(); ++s)
    stems.push_back(
        {decomposition.sources[s].name, synthesise(apply_mask(spectrogram, masks[s]), stft_)});
  return stems;
}

}  // namespace nmfsep
