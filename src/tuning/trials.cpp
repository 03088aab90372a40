#include "trials.hpp"

#include <chrono>

#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/masking/wiener_mask.hpp"
#include "nmfsep/sources/decomposer.hpp"
#include "nmfsep/stft/spectrogram.hpp"

namespace nmfsep {
namespace {

/// Adds the mean scores of `estimates` to `trial`.
void score(const HeldOutMixture& held, const std::vector<Signal>& estimates, Trial& trial) {
  const BssEvalResult result = bss_eval(held.references, estimates, {});
  const auto& sources = result.frames.front().sources;
  const auto count = static_cast<double>(sources.size());
  for (const BssScore& source : sources) {
    trial.sdr += source.sdr.value_or(0) / count;
    trial.sir += source.sir.value_or(0) / count;
    trial.sar += source.sar.value_or(0) / count;
  }
  ++trial.mixtures;
}

void separate(const std::vector<SourceModel>& models, const HeldOutMixture& held,
              std::vector<Trial>& trials, const ProgressCallback& progress) {
  const Analysis& analysis = models.front()->analysis;
  const Stft stft(analysis.stft);
  const Spectrogram spectrogram = analyse(held.mixture, stft);
  NmfOptions options;
  options.iterations = trials.front().choice.separation.iterations;
  const Decomposition found =
      make_decomposer(models, {}, options)
          ->decompose(magnitudes(spectrogram, analysis.magnitude_exponent), 1, progress);
  for (Trial& trial : trials) {
    std::vector<Signal> estimates;
    for (const Matrix& mask : wiener_masks(found.sources, trial.choice.separation.mask_exponent))
      estimates.push_back(synthesise(apply_mask(spectrogram, mask), stft).samples.cast<double>());
    score(held, estimates, trial);
  }
}

}  // namespace

std::vector<Trial> try_choice(const Choice& choice, const Fold& fold, std::uint64_t seed,
                              const ProgressCallback& progress) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<Trial> trials;
  for (const double exponent : mask_exponents) {
    trials.push_back({choice, 0, 0, 0, 0, 0});
    trials.back().choice.separation.mask_exponent = exponent;
  }
  const std::vector<SourceModel> models = train(choice, fold.training, seed, progress);
  for (const HeldOutMixture& held : fold.mixtures) separate(models, held, trials, progress);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  for (Trial& trial : trials) {
    trial.sdr /= trial.mixtures;
    trial.sir /= trial.mixtures;
    trial.sar /= trial.mixtures;
    trial.seconds = elapsed.count();
  }
  return trials;
}

Trial combined(const Trial& first, const Trial& second) {
  const auto mean = [&](double Trial::*score) {
    return (first.*score * first.mixtures + second.*score * second.mixtures) /
           (first.mixtures + second.mixtures);
  };
  return {first.choice,
          mean(&Trial::sdr),
          mean(&Trial::sir),
          mean(&Trial::sar),
          first.mixtures + second.mixtures,
          first.seconds + second.seconds};
}

}  // namespace nmfsep
