#pragma once

#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// Atoms that are events of several frames, learnt by convolutive NMF (Smaragdis, 2004).
extern const TrainingMethod convolutive_training;

}  // namespace nmfsep
