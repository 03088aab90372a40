#pragma once

#include <memory>

#include "nmfsep/sources/mask_network/mask_training.hpp"
#include "nmfsep/sources/paired/paired_decomposer.hpp"
#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// How the exemplars beside a network are learnt.
TrainingOptions exemplar_options(const TrainingOptions& options);

/// Explains mixtures by these exemplars as they are usually separated.
std::unique_ptr<const PairedDecomposer> decomposer_of(const std::vector<TrainedModel>& exemplars,
                                                      const TrainingOptions& options);

/// The masks of these exemplars.
DictionaryMasks masks_by(const std::vector<TrainedModel>& exemplars,
                         const TrainingOptions& options);

/// What learns the exemplars that networks hear, where they hear any; `options` must outlive it.
DictionaryLearner heard_by(const TrainingOptions& options);

}  // namespace nmfsep
