#pragma once

#include <string>

#include "nmfsep/core/random.hpp"
#include "nmfsep/sources/autoencoder/autoencoder_training.hpp"

namespace nmfsep {

/// The networks of an autoencoder for frames of so many bins, with their random start. Half of the
/// layers encode: bins → width → … → components; the others decode the same way back. Where layers
/// span several frames they are convolutions over time, whose channels are what units are here; the
/// encoder's last but one layer is pooled to the stride, or its only one has it. Weights start
/// Gaussian, but those of the decoder's last layer non-negative, or many outputs would start dead;
/// those of shallow networks all do, which is where NMF starts from.
struct NetworkPair {
  Network encoder, decoder;
};

NetworkPair random_networks(Index bins, const AutoencoderOptions& options, Random& random);

}  // namespace nmfsep
