#include "sources/convolutive/convolutive_training.hpp"

#include "nmfsep/nmf/convolutive.hpp"
#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "sources/trained_atoms.hpp"

namespace nmfsep {
namespace {

/// As many updates as NMF, of atoms of five frames.
TrainingOptions usual() {
  TrainingOptions options = usual_learning();
  options.context = 5;
  return options;
}

std::vector<TrainedModel> learn(const std::vector<SourceAudio>& sources,
                                const TrainingOptions& options, const ProgressCallback& progress) {
  const SourceAudio& source = sources.front();
  const Material material = material_for(source, options);
  const NmfOptions nmf = fitted_to(sounding_frames(material).cols(), options, source.origin);
  Factorisation learnt = factorise_convolutive(material.spectra, options.context, nmf, progress);
  auto model = with_header<ConvolutiveDictionary>(trained_header(source, options, learnt.report));
  model.span = options.context;
  model.W = std::move(learnt.W);
  return {{std::move(model), std::move(learnt.report)}};
}

/// Its steps are plain ones.
std::vector<std::string_view> without_effect(const TrainingOptions&) { return {"solver"}; }

}  // namespace

const TrainingMethod convolutive_training{
    "convolutive", "learns atoms of several frames", usual, nullptr, learn, without_effect};

}  // namespace nmfsep
