#include "nmfsep/separation/trainer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "exemplars.hpp"
#include "joint_model.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/core/version.hpp"
#include "nmfsep/stft/spectrogram.hpp"
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

/// Every channel's spectra, side by side, without digital silence.
Matrix spectra_of(const std::vector<AudioBuffer>& recordings, const Analysis& analysis) {
  const Stft stft(analysis.stft);
  std::vector<Matrix> parts;
  for (const AudioBuffer& audio : recordings)
    parts.push_back(sounding_frames(magnitudes(analyse(audio, stft), analysis.magnitude_exponent)));
  return side_by_side(parts);
}

/// Frames of V as atoms.
Matrix exemplars(const Matrix& V, const NmfOptions& options,
                 const std::vector<std::filesystem::path>& files) {
  const std::vector<Index> candidates = exemplar_candidates(V);
  require_enough(static_cast<Index>(candidates.size()), options.components, files);
  Random random(options.seed);
  Matrix W = V(Eigen::all, draw_exemplars(candidates, options.components, random));
  normalise_columns(W);
  return W;
}

}  // namespace

std::string to_string(TrainingMethod method) {
  return method == TrainingMethod::nmf ? "nmf" : "exemplars";
}

TrainingMethod training_method_from_string(std::string_view text) {
  for (const TrainingMethod method : {TrainingMethod::nmf, TrainingMethod::exemplars})
    if (text == to_string(method)) return method;
  throw InvalidArgument(
      fmt::format("training method '{}', must be nmf or exemplars", printable(text)));
}

void TrainerOptions::validate() const {
  nmf.validate();
  if (stft) stft->validate();
  if (!(magnitude_exponent > 0) || !std::isfinite(magnitude_exponent))
    throw InvalidArgument(
        fmt::format("TrainerOptions: magnitude_exponent = {}, must be positive and finite",
                    magnitude_exponent));
}

Trainer::Trainer(TrainerOptions options) : options_(std::move(options)) { options_.validate(); }

TrainedDictionary Trainer::train(const std::string& name,
                                 const std::vector<std::filesystem::path>& files,
                                 Diagnostics& diagnostics, const ProgressCallback& progress) const {
  validate_source_name(name);
  if (files.empty()) throw InvalidArgument("Trainer: no audio files to learn from");
  MaterialReader reader(options_.stft, options_.magnitude_exponent, diagnostics);
  const std::vector<AudioBuffer> recordings = reader.read(files, progress);
  const Matrix V = spectra_of(recordings, reader.analysis());
  require_enough(V.cols(), options_.nmf.components, files);

  TrainedDictionary result;
  result.dictionary.name = name;
  result.dictionary.analysis = reader.analysis();
  if (options_.method == TrainingMethod::nmf) {
    Factorization learnt = factorize(V, options_.nmf, progress);
    result.report = std::move(learnt.report);
    result.dictionary.W = std::move(learnt.W);
  } else {
    result.dictionary.W = exemplars(V, options_.nmf, files);
  }
  TrainingRecord& record = result.dictionary.training;
  record.method = to_string(options_.method);
  record.iterations = result.report.iterations;
  record.seed = options_.nmf.seed;
  record.final_cost = result.report.final_cost();
  record.seconds = total_seconds(recordings);
  record.files = static_cast<int>(files.size());
  record.program_version = version;
  return result;
}

}  // namespace nmfsep
