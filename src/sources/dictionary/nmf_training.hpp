#pragma once

#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// Atoms that sum up what the source does, learnt by NMF: a Dictionary, or for atoms of several
/// frames a PairedDictionary.
extern const TrainingMethod nmf_training;

}  // namespace nmfsep
