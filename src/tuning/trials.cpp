#include "trials.hpp"

#include <chrono>
#include <mutex>

#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/separation/separator.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "nmfsep/training/trainer.hpp"

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

/// Decomposes a mixture once, for separations of it that differ in their masks alone.
class OnceDecomposed final : public Decomposer {
 public:
  explicit OnceDecomposed(std::unique_ptr<const Decomposer> decomposer)
      : decomposer_(std::move(decomposer)) {}

  std::vector<std::string> source_names() const override { return decomposer_->source_names(); }
  std::optional<Index> reach() const override { return std::nullopt; }
  Index components() const override { return decomposer_->components(); }
  Decomposition decompose(const MixtureBlock& block,
                          const ProgressCallback& progress) const override {
    std::call_once(
        once_, [&] { found_ = decompose_whole(*decomposer_, block.V, block.channels, progress); });
    return found_;
  }

 private:
  std::unique_ptr<const Decomposer> decomposer_;
  mutable std::once_flag once_;
  mutable Decomposition found_;
};

void separate(const std::vector<SourceModel>& models, const HeldOutMixture& held,
              std::vector<Trial>& trials, const ProgressCallback& progress) {
  Agreement agreement = agreement_of(models);
  NmfOptions options;
  options.iterations = agreement.mixture_iterations;
  options.divergence = agreement.objective.divergence;
  options.exact = agreement.exact;
  const auto once = std::make_shared<OnceDecomposed>(make_decomposer(models, {}, options));
  for (Trial& trial : trials) {
    agreement.objective.mask_exponent = trial.choice.objective.mask_exponent;
    Diagnostics diagnostics;
    std::vector<Signal> estimates;
    for (const Stem& stem : Separator(agreement.analysis, agreement.objective, once)
                                .separate(held.mixture, "held out", diagnostics, progress)
                                .stems)
      estimates.push_back(stem.audio.samples.cast<double>());
    score(held, estimates, trial);
  }
}

}  // namespace

std::vector<Trial> try_choice(const TrainingOptions& choice, const Fold& fold,
                              const ProgressCallback& progress) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<Trial> trials;
  for (const double exponent : mask_exponents) {
    trials.push_back({choice, 0, 0, 0, 0, 0});
    trials.back().choice.objective.mask_exponent = exponent;
  }
  const std::vector<SourceModel> models = models_of(Trainer(choice).train(fold.training, progress));
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
