#include "nmfsep/separation/set_trainer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "context.hpp"
#include "exemplars.hpp"
#include "joint_model.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/version.hpp"
#include "nmfsep/stft/spectrogram.hpp"
#include "training_material.hpp"
#include "training_mixtures.hpp"

namespace nmfsep {
namespace {

constexpr std::size_t fewest_sources = 2;
constexpr std::size_t most_sources = 8;
/// Weight of the exemplars in the fit of the reconstruction atoms: activations of so many times an
/// atom's mean activation in all.
constexpr float prior_weight = 0.3F;

/// What exemplars of one source are drawn from.
struct Material {
  std::vector<AudioBuffer> recordings;
  Matrix spectra;                 ///< of all channels, silence of half a context around each
  std::vector<Index> candidates;  ///< columns of it that may be an exemplar's middle frame
};

Material prepare(std::vector<AudioBuffer> recordings, const Analysis& analysis, Index margin) {
  const Stft stft(analysis.stft);
  std::vector<Matrix> parts;
  for (const AudioBuffer& audio : recordings)
    parts.push_back(pad_channels(magnitudes(analyse(audio, stft), analysis.magnitude_exponent),
                                 audio.channels(), margin));
  Material material{std::move(recordings), side_by_side(parts), {}};
  material.candidates = exemplar_candidates(material.spectra);
  return material;
}

/// Exemplars of `context` frames, from which the source is rebuilt too.
AtomPairs draw_pairs(const Material& material, Index components, Index context, Random& random) {
  const std::vector<Index> middles = draw_exemplars(material.candidates, components, random);
  const Index bins = material.spectra.rows();
  AtomPairs pairs{Matrix(bins * context, components), {}};
  for (std::size_t k = 0; k < middles.size(); ++k)
    pairs.analysis_atoms.col(static_cast<Index>(k)) =
        stack_frames(material.spectra, context, middles[k] - context / 2, 1);
  normalise_columns(pairs.analysis_atoms);
  pairs.reconstruction_atoms = pairs.analysis_atoms;
  return pairs;
}

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

/// Frame t + lag of `V` (bins × (frames · pieces)) at place t of each piece, silence beyond its
/// ends.
Matrix delayed(const Matrix& V, Index pieces, Index lag) {
  const Index margin = std::abs(lag);
  const Matrix padded = pad_channels(V, pieces, margin);
  const Index stride = padded.cols() / pieces;
  std::vector<Matrix> parts;
  for (Index piece = 0; piece < pieces; ++piece)
    parts.push_back(padded.middleCols(piece * stride + margin + lag, V.cols() / pieces));
  return side_by_side(parts);
}

/// Fits every frame of the reconstruction atoms. Reports the updates of the frame that took most,
/// and the divergence of all.
NmfReport refit_frames(const Matrix& V, Index pieces, const Matrix& H,
                       const SetTrainerOptions& options, Matrix& atoms,
                       const ProgressCallback& progress) {
  NmfReport whole;
  double cost = 0;
  for (Index c = 0; c < options.context; ++c) {
    const NmfReport part = refit(delayed(V, pieces, c - options.context / 2), H, options.nmf,
                                 atoms.middleRows(c * V.rows(), V.rows()), progress);
    whole.iterations = std::max(whole.iterations, part.iterations);
    cost += part.final_cost();
  }
  whole.cost.push_back({whole.iterations, cost});
  return whole;
}

/// Builds the members one after another.
class SetBuilder {
 public:
  SetBuilder(const SetTrainerOptions& options, const Analysis& analysis,
             std::vector<Material> materials)
      : options_(options),
        analysis_(analysis),
        materials_(std::move(materials)),
        reports_(materials_.size()),
        random_(options.nmf.seed) {}

  /// A pair of matrices for each source.
  std::vector<AtomPairs> build_member(const ProgressCallback& progress) {
    std::vector<AtomPairs> pairs;
    std::vector<Matrix> atoms;
    for (const Material& material : materials_) {
      pairs.push_back(draw_pairs(material, options_.nmf.components, options_.context, random_));
      atoms.push_back(pairs.back().analysis_atoms);
    }
    if (options_.mixture_seconds == 0) return pairs;
    std::vector<std::vector<AudioBuffer>> recordings;
    for (const Material& material : materials_) recordings.push_back(material.recordings);
    const TrainingMixtures mixtures =
        make_mixtures(recordings, analysis_, options_.mixture_seconds, random_);
    const Matrix H = activations_in(mixtures, side_by_side(atoms), options_, progress);
    const Index components = options_.nmf.components;
    for (std::size_t s = 0; s < pairs.size(); ++s)
      reports_[s] = refit_frames(mixtures.sources[s], mixtures.pieces,
                                 H.middleRows(static_cast<Index>(s) * components, components),
                                 options_, pairs[s].reconstruction_atoms, progress);
    return pairs;
  }

  /// How the last fit of each source went.
  const std::vector<NmfReport>& reports() const { return reports_; }
  const std::vector<Material>& materials() const { return materials_; }

 private:
  const SetTrainerOptions& options_;
  Analysis analysis_;
  std::vector<Material> materials_;
  std::vector<NmfReport> reports_;
  Random random_;
};

void validate_sources(const std::vector<SourceRecordings>& sources) {
  if (sources.size() < fewest_sources || sources.size() > most_sources)
    throw InvalidArgument(fmt::format("a set of {} sources, must be {} to {}", sources.size(),
                                      fewest_sources, most_sources));
  std::vector<std::string> names;
  for (const SourceRecordings& source : sources) {
    validate_source_name(source.name);
    if (source.files.empty())
      throw InvalidArgument(fmt::format("source '{}': no audio files to learn from", source.name));
    names.push_back(source.name);
  }
  refuse_equal_names(names);
}

}  // namespace

NmfOptions SetTrainerOptions::usual_nmf() {
  NmfOptions nmf;
  nmf.components = 400;
  nmf.iterations = 50;
  return nmf;
}

void SetTrainerOptions::validate() const {
  nmf.validate();
  if (stft) stft->validate();
  if (!(magnitude_exponent > 0) || !std::isfinite(magnitude_exponent))
    throw InvalidArgument(
        fmt::format("magnitude exponent = {}, must be positive and finite", magnitude_exponent));
  if (context < 1 || context > most_context || context % 2 == 0)
    throw InvalidArgument(fmt::format("context = {}, must be odd, 1 to {}", context, most_context));
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
  validate_sources(sources);
  MaterialReader reader(options_.stft, options_.magnitude_exponent, diagnostics);
  std::vector<Material> materials;
  for (const SourceRecordings& source : sources) {
    auto recordings = reader.read(source.files, progress);
    materials.push_back(prepare(std::move(recordings), reader.analysis(), options_.context / 2));
    require_enough(static_cast<Index>(materials.back().candidates.size()), options_.nmf.components,
                   source.files);
  }
  SetBuilder builder(options_, reader.analysis(), std::move(materials));
  std::vector<PairedDictionary> models(sources.size());
  for (int member = 0; member < options_.ensemble; ++member) {
    std::vector<AtomPairs> pairs = builder.build_member(progress);
    for (std::size_t s = 0; s < models.size(); ++s)
      models[s].members.push_back(std::move(pairs[s]));
  }
  for (std::size_t s = 0; s < models.size(); ++s) {
    const NmfReport& report = builder.reports()[s];
    models[s].name = sources[s].name;
    models[s].analysis = reader.analysis();
    models[s].context = options_.context;
    models[s].training = {"exemplars",
                          "kl",
                          report.iterations,
                          options_.nmf.seed,
                          report.final_cost(),
                          total_seconds(builder.materials()[s].recordings),
                          static_cast<int>(sources[s].files.size()),
                          version};
  }
  return models;
}

}  // namespace nmfsep
