#include "nmfsep/material/material.hpp"

#include <fmt/format.h>

#include "exemplars.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/columns.hpp"
#include "nmfsep/linear/stacks.hpp"
#include "nmfsep/stft/spectrogram.hpp"

namespace nmfsep {

Material prepare_material(const SourceAudio& source, const MaterialOptions& options) {
  const Stft stft(options.stft);
  std::vector<Matrix> parts;
  for (const AudioBuffer& audio : source.recordings)
    parts.push_back(pad_channels(magnitudes(analyse(audio, stft), options.magnitude_exponent),
                                 audio.channels(), options.context / 2));
  Material material{side_by_side(parts), {}, source.origin};
  material.candidates = exemplar_candidates(material.spectra);
  return material;
}

Matrix draw_atoms(const Material& material, Index components, Index context, Random& random) {
  require_enough(static_cast<Index>(material.candidates.size()), 1, material.origin);
  return stretches_around(material.spectra, context,
                          draw_exemplars(material.candidates, components, random));
}

void require_enough(Index frames, Index components, const std::string& origin) {
  if (frames == 0)
    throw AudioFileError(
        fmt::format("{}: silent throughout, nothing to learn from; "
                    "give recordings in which the source sounds",
                    origin));
  if (frames < components)
    throw AudioFileError(
        fmt::format("{}: {} frames that are not silent, fewer than the {} components asked for; "
                    "give more audio or fewer components",
                    origin, frames, components));
}

}  // namespace nmfsep
