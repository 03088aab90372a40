#include "sources/trained_atoms.hpp"

#include <algorithm>

#include "nmfsep/sources/dictionary/dictionary.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"

namespace nmfsep {

SourceModel model_of_atoms(const ModelHeader& header, int context, Matrix W) {
  if (context == 1) {
    auto model = with_header<Dictionary>(header);
    model.W = std::move(W);
    return model;
  }
  auto model = with_header<PairedDictionary>(header);
  model.span = context;
  model.pairs = {{W, W}};
  return model;
}

TrainingOptions usual_learning() {
  TrainingOptions options;
  options.nmf.components = 25;
  options.nmf.iterations = 25;
  options.nmf.solver = Solver::over_relaxed;
  return options;
}

Material material_for(const SourceAudio& source, const TrainingOptions& options) {
  const Analysis analysis = options.analysis(source.recordings.front().sample_rate);
  return prepare_material(source,
                          {analysis.stft, options.objective.magnitude_exponent, options.context});
}

Matrix sounding_frames(const Material& material) {
  const Matrix& V = material.spectra;
  Matrix kept(V.rows(), V.cols());
  Index count = 0;
  for (Index frame = 0; frame < V.cols(); ++frame)
    if (V.col(frame).maxCoeff() > 0) kept.col(count++) = V.col(frame);
  kept.conservativeResize(Eigen::NoChange, count);
  return kept;
}

NmfOptions fitted_to(Index sounding, const TrainingOptions& options, const std::string& origin) {
  NmfOptions nmf = options.nmf;
  if (options.fit_components && sounding > 0) nmf.components = std::min(nmf.components, sounding);
  require_enough(sounding, nmf.components, origin);
  return nmf;
}

}  // namespace nmfsep
