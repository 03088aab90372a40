#include "training_material.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "exemplars.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/version.hpp"
#include "nmfsep/linear/columns.hpp"
#include "nmfsep/linear/stacks.hpp"
#include "nmfsep/stft/spectrogram.hpp"

namespace nmfsep {

Material prepare_material(const SourceAudio& source, const Analysis& analysis, Index context) {
  const Stft stft(analysis.stft);
  std::vector<Matrix> parts;
  for (const AudioBuffer& audio : source.recordings)
    parts.push_back(pad_channels(magnitudes(analyse(audio, stft), analysis.magnitude_exponent),
                                 audio.channels(), context / 2));
  Material material{side_by_side(parts), {}, source.origin};
  material.candidates = exemplar_candidates(material.spectra);
  return material;
}

Matrix draw_atoms(const Material& material, Index components, Index context, Random& random) {
  require_enough(static_cast<Index>(material.candidates.size()), 1, material.origin);
  const std::vector<Index> middles = draw_exemplars(material.candidates, components, random);
  Matrix atoms(material.spectra.rows() * context, static_cast<Index>(middles.size()));
  for (std::size_t k = 0; k < middles.size(); ++k)
    atoms.col(static_cast<Index>(k)) =
        stack_frames(material.spectra, context, middles[k] - context / 2, 1);
  normalise_columns(atoms);
  return atoms;
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

void require_recordings(const SourceAudio& source) {
  validate_source_name(source.name);
  if (source.recordings.empty())
    throw InvalidArgument(fmt::format("source '{}': no recordings to learn from", source.name));
  for (const AudioBuffer& audio : source.recordings)
    if (audio.sample_rate != source.recordings.front().sample_rate)
      throw InvalidArgument(
          fmt::format("source '{}': recordings at {} Hz and {} Hz, must be at one rate",
                      source.name, source.recordings.front().sample_rate, audio.sample_rate));
}

void validate_context(int context) {
  if (context < 1 || context > most_context || context % 2 == 0)
    throw InvalidArgument(fmt::format("context = {}, must be odd, 1 to {}", context, most_context));
}

TrainingRecord finished_record(const SourceAudio& source, const std::string& method,
                               const NmfOptions& options, const NmfReport& report) {
  TrainingRecord record;
  record.method = method;
  record.iterations = report.iterations;
  record.divergence = to_string(options.divergence);
  record.seed = options.seed;
  record.final_cost = report.final_cost();
  record.seconds = source.seconds();
  record.available_seconds = std::max(source.available_seconds, record.seconds);
  record.files = source.files > 0 ? source.files : static_cast<int>(source.recordings.size());
  record.program_version = version;
  return record;
}

}  // namespace nmfsep
