#include "nmfsep/sources/shared_training.hpp"

#include <fmt/format.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/source_name.hpp"
#include "sources/trained_atoms.hpp"

namespace nmfsep {
namespace {

/// The source as far as a model's header tells of it.
SourceAudio told_of(const SharedSource& source) {
  SourceAudio audio{source.name, source.origin, {{Matrix(0, 1), source.sample_rate}}};
  audio.available_seconds = source.seconds;
  audio.files = static_cast<int>(source.digests.size());
  audio.digests = source.digests;
  return audio;
}

}  // namespace

Matrix sounding_spectra(const SourceAudio& source, const TrainingOptions& options) {
  return sounding_frames(material_for(source, options));
}

TrainedModel learn_shared(const MatrixView& V, const SharedFrames& frames,
                          const SharedSource& source, const TrainingOptions& options, SharedJob job,
                          const ProgressCallback& progress) {
  if (options.method != "nmf" || options.context != 1 || options.together)
    throw InvalidArgument(
        fmt::format("method = {} with a context of {}, must be nmf with 1 in a shared job",
                    options.method, options.context));
  validate_source_name(source.name);
  NmfOptions nmf = fitted_to(source.frames, options, source.origin);
  nmf.divergence = options.objective.divergence;
  Factorisation learnt = factorise_shared(V, frames, nmf, std::move(job), progress);
  ModelHeader header = trained_header(told_of(source), options, learnt.report);
  header.training.seconds = source.seconds;
  return {model_of_atoms(header, options.context, std::move(learnt.W)), std::move(learnt.report)};
}

}  // namespace nmfsep
