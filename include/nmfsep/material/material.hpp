#pragma once

#include <string>
#include <vector>

#include "nmfsep/core/random.hpp"
#include "nmfsep/core/types.hpp"
#include "nmfsep/material/source_audio.hpp"
#include "nmfsep/stft/stft.hpp"

namespace nmfsep {

/// How recordings become what atoms are made of.
struct MaterialOptions {
  StftOptions stft;
  double magnitude_exponent = 1;  ///< V = |X|^exponent
  Index context = 1;              ///< frames an atom spans, odd
};

/// What one source's atoms are made of.
struct Material {
  Matrix spectra;                 ///< of all channels, silence of half a context around each
  std::vector<Index> candidates;  ///< columns of it that may be an exemplar's middle frame
  std::string origin;             ///< what messages call it
};

Material prepare_material(const SourceAudio& source, const MaterialOptions& options);

/// Exemplars: `components` stretches of `context` frames, or as many as there are, one below the
/// other, with columns that sum to one. Throws AudioFileError where all is silence.
Matrix draw_atoms(const Material& material, Index components, Index context, Random& random);

/// Moves exemplars, as `draw_atoms` gives them, to the means of the stretches that are most like
/// each, and again from there: k-means where likeness is Σ √(a·b), the Bhattacharyya coefficient.
/// An atom that none is most like stays. Of more than 4000 candidates a regular sample counts.
void move_to_means(const Material& material, Index context, Matrix& atoms);

/// Throws AudioFileError naming `origin` when `frames`, those that are not silent, are none or
/// fewer than `components`.
void require_enough(Index frames, Index components, const std::string& origin);

}  // namespace nmfsep
