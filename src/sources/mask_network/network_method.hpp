#pragma once

#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// Learns a network that tells the sources apart, and exemplars of each beside it. How much the
/// exemplars have to say is what scores highest on mixtures of a part of the recordings that
/// neither had learnt from; where they alone do, they are what is learnt.
extern const TrainingMethod network_method;

/// Learns a network with recurrent layers that tells the sources apart by itself (Huang et al.,
/// 2015), and exemplars of each, which explain it beside models of other kinds alone.
extern const TrainingMethod recurrent_method;

}  // namespace nmfsep
