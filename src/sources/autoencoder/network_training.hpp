#pragma once

#include "nmfsep/sources/training_method.hpp"

namespace nmfsep {

/// Networks that draw the source's frames together to few numbers: of several layers, trained by
/// gradient descent, whose layers see one frame or span several, and linear, in closed form. They
/// learn from frames, or excerpts, within 60 dB of the loudest.
extern const TrainingMethod autoencoder_method;
extern const TrainingMethod conv_autoencoder_method;
extern const TrainingMethod pca_method;

}  // namespace nmfsep
