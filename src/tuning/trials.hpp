#pragma once

#include <vector>

#include "held_out.hpp"
#include "nmfsep/core/progress.hpp"
#include "nmfsep/tuning/tuner.hpp"

namespace nmfsep {

/// The mask exponents that every trial is scored with, since they cost next to nothing.
inline constexpr double mask_exponents[] = {1.0, 1.5, 2.0};

/// Trains `choice` on the fold and separates its mixtures: a trial for each of `mask_exponents`,
/// whatever `choice` says of it. Throws as Trainer, Cancelled.
std::vector<Trial> try_choice(const TrainingOptions& choice, const Fold& fold,
                              const ProgressCallback& progress);

/// Two trials of one choice on different folds.
Trial combined(const Trial& first, const Trial& second);

}  // namespace nmfsep
