#include "nmfsep/training/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/linear/stacks.hpp"
#include "nmfsep/nmf/convolutive.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "nmfsep/sources/dictionary/dictionary.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"
#include "training_material.hpp"

namespace nmfsep {
namespace {

/// The frames of `V` that are not digital silence, which no atom could learn from.
Matrix sounding_frames(const Matrix& V) {
  Matrix kept(V.rows(), V.cols());
  Index count = 0;
  for (Index frame = 0; frame < V.cols(); ++frame)
    if (V.col(frame).maxCoeff() > 0) kept.col(count++) = V.col(frame);
  kept.conservativeResize(Eigen::NoChange, count);
  return kept;
}

/// Every stretch of `context` frames of V. A view: the silence between recordings is too short for
/// one of nothing else.
StackView all_stacks(const Matrix& V, Index context) {
  return stack_frames(V, context, 0, V.cols() - context + 1);
}

/// A model of one kind with this header.
template <typename Kind>
Kind with_header(const ModelHeader& header) {
  Kind model;
  static_cast<ModelHeader&>(model) = header;
  return model;
}

SourceModel as_model(const ModelHeader& header, int context, Matrix W) {
  if (header.training.method == to_string(TrainingMethod::convolutive)) {
    auto model = with_header<ConvolutiveDictionary>(header);
    model.span = context;
    model.W = std::move(W);
    return model;
  }
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

}  // namespace

std::string to_string(TrainingMethod method) {
  if (method == TrainingMethod::nmf) return "nmf";
  return method == TrainingMethod::exemplars ? "exemplars" : "convolutive";
}

TrainingMethod training_method_from_string(std::string_view text) {
  for (const TrainingMethod method :
       {TrainingMethod::nmf, TrainingMethod::exemplars, TrainingMethod::convolutive})
    if (text == to_string(method)) return method;
  throw InvalidArgument(
      fmt::format("training method '{}', must be nmf, exemplars or convolutive", printable(text)));
}

NmfOptions TrainerOptions::usual_nmf() {
  NmfOptions nmf;
  nmf.iterations = 25;
  return nmf;
}

Trainer::Trainer(TrainerOptions options) : options_(std::move(options)) { options_.validate(); }

TrainedModel Trainer::train(const SourceRecordings& source, Diagnostics& diagnostics,
                            const ProgressCallback& progress) const {
  return train(read_sources({source}, options_.limit(), diagnostics, progress).front(), progress);
}

TrainedModel Trainer::train(const SourceAudio& source, const ProgressCallback& progress) const {
  require_recordings(source);
  ModelHeader header;
  header.name = source.name;
  header.separation = options_.separation;
  header.analysis = options_.at(source.recordings.front().sample_rate);
  NmfReport report;
  Matrix W = atoms_of(source, header.analysis, report, progress);
  header.training = finished_record(source, to_string(options_.method), options_.nmf, report);
  return {as_model(header, options_.context, std::move(W)), std::move(report)};
}

Matrix Trainer::atoms_of(const SourceAudio& source, const Analysis& analysis, NmfReport& report,
                         const ProgressCallback& progress) const {
  const Material material = prepare_material(source, analysis, options_.context);
  if (options_.method == TrainingMethod::exemplars) {
    Random random(options_.nmf.seed);
    return draw_atoms(material, options_.nmf.components, options_.context, random);
  }
  const Matrix& V = material.spectra;
  const Matrix sounding = sounding_frames(V);
  NmfOptions nmf = options_.nmf;
  if (options_.fit_components && sounding.cols() > 0)
    nmf.components = std::min(nmf.components, sounding.cols());
  require_enough(sounding.cols(), nmf.components, source.origin);
  Factorisation learnt;
  if (options_.method == TrainingMethod::convolutive)
    learnt = factorise_convolutive(V, options_.context, nmf, progress);
  else if (options_.context == 1)
    learnt = factorise(sounding, nmf, progress);
  else
    learnt = factorise(all_stacks(V, options_.context), nmf, progress);
  report = std::move(learnt.report);
  return std::move(learnt.W);
}

}  // namespace nmfsep
