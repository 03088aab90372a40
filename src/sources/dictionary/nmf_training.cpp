#include "sources/dictionary/nmf_training.hpp"

#include "nmfsep/linear/stacks.hpp"
#include "sources/trained_atoms.hpp"

namespace nmfsep {
namespace {

/// Every stretch of `context` frames of V. A view: the silence between recordings is too short for
/// one of nothing else.
StackView all_stacks(const Matrix& V, Index context) {
  return stack_frames(V, context, 0, V.cols() - context + 1);
}

std::vector<TrainedModel> learn(const std::vector<SourceAudio>& sources,
                                const TrainingOptions& options, const ProgressCallback& progress) {
  const SourceAudio& source = sources.front();
  const Material material = material_for(source, options);
  const Matrix sounding = sounding_frames(material);
  const NmfOptions nmf = fitted_to(sounding.cols(), options, source.origin);
  Factorisation learnt =
      options.context == 1
          ? factorise(sounding, nmf, progress)
          : factorise(all_stacks(material.spectra, options.context), nmf, progress);
  const ModelHeader header = trained_header(source, options, learnt.report);
  return {{model_of_atoms(header, options.context, std::move(learnt.W)), std::move(learnt.report)}};
}

}  // namespace

const TrainingMethod nmf_training{"nmf", "learns atoms", usual_learning, nullptr, learn};

}  // namespace nmfsep
