#include "nmfsep/training/set_trainer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/columns.hpp"
#include "nmfsep/linear/stacks.hpp"
#include "nmfsep/sources/agreement.hpp"
#include "training_material.hpp"
#include "training_mixtures.hpp"

namespace nmfsep {
namespace {

constexpr std::size_t fewest_sources = 2;
constexpr std::size_t most_sources = 8;
/// Weight of the exemplars in the fit of the reconstruction atoms: activations of so many times an
/// atom's mean activation in all.
constexpr float prior_weight = 0.3F;

/// Activations of `atoms` in the mixtures: components × (frames · pieces).
Matrix activations_in(const TrainingMixtures& mixtures, const Matrix& atoms,
                      const SetTrainerOptions& options, const ProgressCallback& progress) {
  const Matrix padded = pad_channels(mixtures.mixture, mixtures.pieces, options.context / 2);
  const Index stride = padded.cols() / mixtures.pieces;
  const Index frames = stride - (options.context - 1);
  std::vector<Matrix> parts;
  for (Index piece = 0; piece < mixtures.pieces; ++piece)
    parts.push_back(infer_activations(stack_frames(padded, options.context, piece * stride, frames),
                                      atoms, options.nmf, progress)
                        .H);
  return side_by_side(parts);
}

/// Fits one frame R of the reconstruction atoms to V ≈ R·H (V: bins × frames, H: components ×
/// frames). With factors transposed it is a search for activations, Vᵀ ≈ Hᵀ·Rᵀ, a bin a column. The
/// prior is some frames more, in which each exemplar sounds alone as it is.
NmfReport refit(const Matrix& V, const Matrix& H, const NmfOptions& options, Eigen::Ref<Matrix> R,
                const ProgressCallback& progress) {
  const float weight = prior_weight * H.sum() / static_cast<float>(H.rows());
  Matrix rows(V.cols() + R.cols(), V.rows());
  rows << V.transpose(), weight * R.transpose();
  Matrix columns = Matrix::Zero(rows.rows(), H.rows());
  columns.topRows(H.cols()) = H.transpose();
  columns.bottomRows(H.rows()).diagonal().setConstant(weight);
  const Vector sums = columns.colwise().sum();
  normalise_columns(columns);
  Activations fitted = infer_activations(rows, columns, options, progress);
  R = (fitted.H.array().colwise() / sums.array()).transpose();
  return fitted.report;
}

/// A source by itself in the training mixtures.
struct MixturePart {
  const Matrix& V;  ///< bins × (frames · pieces)
  Index pieces;
};

/// Frame t + lag at place t of each piece, silence beyond its ends.
Matrix delayed(const MixturePart& part, Index lag) {
  const Index margin = std::abs(lag);
  const Matrix padded = pad_channels(part.V, part.pieces, margin);
  const Index stride = padded.cols() / part.pieces;
  std::vector<Matrix> parts;
  for (Index piece = 0; piece < part.pieces; ++piece)
    parts.push_back(padded.middleCols(piece * stride + margin + lag, stride - 2 * margin));
  return side_by_side(parts);
}

/// Fits every frame of the reconstruction atoms. Reports the updates of the frame that took most,
/// and the divergence of all.
NmfReport refit_frames(const MixturePart& part, const Matrix& H, const SetTrainerOptions& options,
                       Matrix& atoms, const ProgressCallback& progress) {
  NmfReport whole;
  double cost = 0;
  const Index bins = part.V.rows();
  for (Index c = 0; c < options.context; ++c) {
    const NmfReport fit = refit(delayed(part, c - options.context / 2), H, options.nmf,
                                atoms.middleRows(c * bins, bins), progress);
    whole.iterations = std::max(whole.iterations, fit.iterations);
    cost += fit.final_cost();
  }
  whole.cost.push_back({whole.iterations, cost});
  return whole;
}

/// Builds the members one after another.
class SetBuilder {
 public:
  SetBuilder(const SetTrainerOptions& options, const std::vector<SourceAudio>& sources)
      : options_(options),
        sources_(sources),
        analysis_(options.at(sources.front().recordings.front().sample_rate)),
        reports_(sources.size()),
        random_(options.nmf.seed) {
    for (const SourceAudio& source : sources)
      materials_.push_back(prepare_material(source, analysis_, options.context));
  }

  /// A pair of matrices for each source.
  std::vector<AtomPairs> build_member(const ProgressCallback& progress) {
    std::vector<AtomPairs> pairs;
    std::vector<Matrix> atoms;
    for (const Material& material : materials_) {
      atoms.push_back(draw_atoms(material, options_.nmf.components, options_.context, random_));
      pairs.push_back({atoms.back(), atoms.back()});
    }
    if (options_.mixture_seconds == 0) return pairs;
    const TrainingMixtures mixtures =
        make_mixtures(sources_, analysis_, options_.mixture_seconds, random_);
    const Matrix H = activations_in(mixtures, side_by_side(atoms), options_, progress);
    Index first = 0;
    for (std::size_t s = 0; s < pairs.size(); ++s) {
      Matrix& rebuilt = pairs[s].reconstruction_atoms;
      reports_[s] = refit_frames({mixtures.sources[s], mixtures.pieces},
                                 H.middleRows(first, rebuilt.cols()), options_, rebuilt, progress);
      first += rebuilt.cols();
    }
    return pairs;
  }

  const Analysis& analysis() const { return analysis_; }
  /// How the last fit of each source went.
  const std::vector<NmfReport>& reports() const { return reports_; }

 private:
  const SetTrainerOptions& options_;
  const std::vector<SourceAudio>& sources_;
  Analysis analysis_;
  std::vector<Material> materials_;
  std::vector<NmfReport> reports_;
  Random random_;
};

void validate_count(std::size_t sources) {
  if (sources < fewest_sources || sources > most_sources)
    throw InvalidArgument(fmt::format("a set of {} sources, must be {} to {}", sources,
                                      fewest_sources, most_sources));
}

}  // namespace

void validate_set(const std::vector<SourceAudio>& sources) {
  validate_count(sources.size());
  std::vector<std::string> names;
  for (const SourceAudio& source : sources) {
    require_recordings(source);
    names.push_back(source.name);
    const int rate = source.recordings.front().sample_rate;
    const int first = sources.front().recordings.front().sample_rate;
    if (rate != first)
      throw InvalidArgument(fmt::format("source '{}' is at {} Hz, '{}' at {} Hz; resample one",
                                        source.name, rate, sources.front().name, first));
  }
  refuse_equal_names(names);
}

NmfOptions SetTrainerOptions::usual_nmf() {
  NmfOptions nmf;
  nmf.components = 400;
  nmf.iterations = 30;
  return nmf;
}

void SetTrainerOptions::validate() const {
  TrainingOptions::validate();
  if (ensemble < 1 || ensemble > most_members)
    throw InvalidArgument(fmt::format("ensemble = {}, must be 1 to {}", ensemble, most_members));
  if (!(mixture_seconds >= 0) || mixture_seconds > 3600)
    throw InvalidArgument(fmt::format("mixture seconds = {}, must be 0 to 3600", mixture_seconds));
}

SetTrainer::SetTrainer(SetTrainerOptions options) : options_(std::move(options)) {
  options_.validate();
}

std::vector<PairedDictionary> SetTrainer::train(const std::vector<SourceRecordings>& sources,
                                                Diagnostics& diagnostics,
                                                const ProgressCallback& progress) const {
  validate_count(sources.size());
  return train(read_sources(sources, options_.limit(), diagnostics, progress), progress);
}

std::vector<PairedDictionary> SetTrainer::train(const std::vector<SourceAudio>& sources,
                                                const ProgressCallback& progress) const {
  validate_set(sources);
  SetBuilder builder(options_, sources);
  std::vector<PairedDictionary> models(sources.size());
  for (int member = 0; member < options_.ensemble; ++member) {
    std::vector<AtomPairs> pairs = builder.build_member(progress);
    for (std::size_t s = 0; s < models.size(); ++s) models[s].pairs.push_back(std::move(pairs[s]));
  }
  for (std::size_t s = 0; s < models.size(); ++s) {
    models[s].name = sources[s].name;
    models[s].separation = options_.separation;
    models[s].analysis = builder.analysis();
    models[s].span = options_.context;
    models[s].training =
        finished_record(sources[s], "exemplars", options_.nmf, builder.reports()[s]);
  }
  return models;
}

}  // namespace nmfsep
