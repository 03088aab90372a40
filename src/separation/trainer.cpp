#include "nmfsep/separation/trainer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <vector>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/audio/resample.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/core/version.hpp"
#include "nmfsep/stft/spectrogram.hpp"

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

Matrix side_by_side(const std::vector<Matrix>& parts) {
  Index columns = 0;
  for (const Matrix& part : parts) columns += part.cols();
  Matrix whole(parts.front().rows(), columns);
  columns = 0;
  for (const Matrix& part : parts) {
    whole.middleCols(columns, part.cols()) = part;
    columns += part.cols();
  }
  return whole;
}

/// What the training files hold, as one matrix.
struct TrainingMaterial {
  Matrix V;
  Analysis analysis;
  double seconds = 0;
};

TrainingMaterial gather(const std::vector<std::filesystem::path>& files,
                        const TrainerOptions& options, Diagnostics& diagnostics,
                        const ProgressCallback& progress) {
  TrainingMaterial material;
  material.analysis.magnitude_exponent = options.magnitude_exponent;
  std::optional<Stft> stft;
  std::vector<Matrix> parts;
  for (std::size_t i = 0; i < files.size(); ++i) {
    report(progress,
           {"reading", static_cast<std::int64_t>(i), static_cast<std::int64_t>(files.size()), {}});
    AudioBuffer audio = read_audio(files[i]);
    if (!stft) {
      material.analysis.sample_rate = audio.sample_rate;
      material.analysis.stft =
          options.stft.value_or(StftOptions::for_sample_rate(audio.sample_rate));
      stft.emplace(material.analysis.stft);
    } else if (audio.sample_rate != material.analysis.sample_rate) {
      diagnostics.warn("resampled", fmt::format("{}: {} Hz, resampled to the {} Hz of {}",
                                                quoted(files[i]), audio.sample_rate,
                                                material.analysis.sample_rate, quoted(files[0])));
      audio = resample(audio, material.analysis.sample_rate);
    }
    material.seconds += audio.seconds();
    parts.push_back(sounding_frames(magnitudes(analyse(audio, *stft), options.magnitude_exponent)));
  }
  material.V = side_by_side(parts);
  return material;
}

void require_enough(const TrainingMaterial& material, Index components,
                    const std::vector<std::filesystem::path>& files) {
  const std::string what = files.size() == 1
                               ? quoted(files[0])
                               : fmt::format("{} and {} more", quoted(files[0]), files.size() - 1);
  if (material.V.cols() == 0)
    throw AudioFileError(
        fmt::format("{}: silent throughout, nothing to learn from; "
                    "give recordings in which the source sounds",
                    what));
  if (material.V.cols() < components)
    throw AudioFileError(
        fmt::format("{}: {} frames that are not silent, fewer than the {} components asked for; "
                    "give more audio or fewer components",
                    what, material.V.cols(), components));
}

}  // namespace

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
  const TrainingMaterial material = gather(files, options_, diagnostics, progress);
  require_enough(material, options_.nmf.components, files);
  Factorization learnt = factorize(material.V, options_.nmf, progress);

  TrainedDictionary result;
  result.report = learnt.report;
  result.dictionary.name = name;
  result.dictionary.analysis = material.analysis;
  result.dictionary.W = std::move(learnt.W);
  TrainingRecord& record = result.dictionary.training;
  record.iterations = learnt.report.iterations;
  record.seed = options_.nmf.seed;
  record.final_cost = learnt.report.final_cost();
  record.seconds = material.seconds;
  record.files = static_cast<int>(files.size());
  record.program_version = version;
  return result;
}

}  // namespace nmfsep
