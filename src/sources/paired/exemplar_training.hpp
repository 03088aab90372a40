#pragma once

#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// Atoms that are exemplars: frames with their neighbours, drawn from those within 60 dB of the
/// loudest. Of one source alone, a Dictionary, or for atoms of several frames a PairedDictionary.
///
/// Of several sources together, PairedDictionaries of `ensemble` members, whose exemplars are moved
/// to the means of the frames that are most like each. Training mixtures are made of pieces of all
/// sources at random places and levels (all from the seed), activations are found in them, and each
/// source's reconstruction atoms R are fitted to what the source sounded like: a few updates take
/// them from the exemplars towards the least D(V_s | R·H_s) with a prior that keeps atoms which
/// were seldom active close to the exemplars they came from.
extern const TrainingMethod exemplar_training;

}  // namespace nmfsep
