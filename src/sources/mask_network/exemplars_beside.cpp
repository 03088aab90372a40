#include "sources/mask_network/exemplars_beside.hpp"

#include "sources/mask_network/mask_estimate.hpp"
#include "sources/paired/exemplar_training.hpp"

namespace nmfsep {

TrainingOptions exemplar_options(const TrainingOptions& options) {
  TrainingOptions result = options;
  result.method = exemplar_training.name;
  result.objective.mask_exponent = Objective().mask_exponent;
  return result;
}

std::unique_ptr<const PairedDecomposer> decomposer_of(const std::vector<TrainedModel>& exemplars,
                                                      const TrainingOptions& options) {
  std::vector<const PairedDictionary*> dictionaries;
  for (const TrainedModel& trained : exemplars)
    dictionaries.push_back(trained.model.as<PairedDictionary>());
  NmfOptions nmf = options.nmf;
  nmf.iterations = options.mixture_iterations;
  nmf.solver = Solver::squarem;  // as mixtures are usually separated
  return std::make_unique<const PairedDecomposer>(dictionaries, nmf);
}

DictionaryMasks masks_by(const std::vector<TrainedModel>& exemplars,
                         const TrainingOptions& options) {
  const auto exponent = static_cast<float>(options.objective.magnitude_exponent);
  return [exponent,
          decomposer = std::shared_ptr(decomposer_of(exemplars, options))](const MatrixView& V) {
    return dictionary_masks(decompose_whole(*decomposer, V.array().pow(exponent), 1).sources);
  };
}

DictionaryLearner heard_by(const TrainingOptions& options) {
  if (!options.masks.estimates) return {};
  return [&options](const std::vector<SourceAudio>& sources) {
    return masks_by(exemplar_training.learn(sources, exemplar_options(options), {}), options);
  };
}

}  // namespace nmfsep
