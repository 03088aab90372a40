#pragma once

#include <string>
#include <vector>

#include "nmfsep/core/random.hpp"
#include "nmfsep/core/types.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/training/training_audio.hpp"

namespace nmfsep {

/// What one source's atoms are made of.
struct Material {
  Matrix spectra;                 ///< of all channels, silence of half a context around each
  std::vector<Index> candidates;  ///< columns of it that may be an exemplar's middle frame
  std::string origin;             ///< what messages call it
};

/// For atoms of `context` frames, odd.
Material prepare_material(const SourceAudio& source, const Analysis& analysis, Index context);

/// Exemplars: `components` stretches of `context` frames, or as many as there are, one below the
/// other, with columns that sum to one. Throws AudioFileError where all is silence.
Matrix draw_atoms(const Material& material, Index components, Index context, Random& random);

/// Throws AudioFileError naming `origin` when `frames`, those that are not silent, are none or
/// fewer than `components`.
void require_enough(Index frames, Index components, const std::string& origin);

/// Throws InvalidArgument unless the source has a valid name and something to learn from, all at
/// one rate.
void require_recordings(const SourceAudio& source);

/// Throws InvalidArgument unless `context` is odd and 1 to most_context.
void validate_context(int context);

/// What a model says of its training.
TrainingRecord finished_record(const SourceAudio& source, const std::string& method,
                               const NmfOptions& options, const NmfReport& report);

}  // namespace nmfsep
