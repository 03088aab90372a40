#pragma once

#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// States with a small dictionary each and how they follow one another, learnt by expectation and
/// maximisation (Mysore, Smaragdis & Raj, 2010).
extern const TrainingMethod n_hmm_training;

}  // namespace nmfsep
