#include "sources/paired/exemplar_training.hpp"

#include <cmath>

#include "nmfsep/linear/columns.hpp"
#include "nmfsep/linear/product.hpp"
#include "nmfsep/linear/stacks.hpp"
#include "nmfsep/material/training_mixtures.hpp"
#include "nmfsep/nmf/activation_finder.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"
#include "sources/trained_atoms.hpp"

namespace nmfsep {
namespace {

/// Weight of the exemplars in the fit of the reconstruction atoms: activations of so many times an
/// atom's mean activation in all.
constexpr float prior_weight = 0.3F;

/// Tells steps of different weight as one whole, so that the time left is that of all.
class Stages {
 public:
  /// `work` in all, in any unit.
  Stages(double work, const ProgressCallback& outer) : work_(work), outer_(outer) {}

  /// For a step that is `work` of the whole; those before it are done.
  ProgressCallback next(double work) {
    begin_ += at_hand_;
    at_hand_ = work;
    return [this](const Progress& step) {
      if (!outer_) return Answer::proceed;
      const double part = static_cast<double>(step.done) /
                          static_cast<double>(std::max<std::int64_t>(1, step.total));
      const auto done = static_cast<std::int64_t>(shown * (begin_ + part * at_hand_) / work_);
      return outer_({"train", std::min(done, shown), shown, {}});
    };
  }

 private:
  static constexpr std::int64_t shown = 1000;

  double work_;
  double begin_ = 0;
  double at_hand_ = 0;
  const ProgressCallback& outer_;
};

/// Finding the activations of all pieces takes about as long as so many updates of one frame of the
/// atoms that one source is rebuilt from.
constexpr double search_work = 60;

/// Activations of the sources' atoms in the mixtures, found as they will be in others: components ×
/// (frames · pieces).
Matrix activations_in(const TrainingMixtures& mixtures, const std::vector<MatrixView>& atoms,
                      const TrainingOptions& options, Stages& stages) {
  const Matrix padded = pad_channels(mixtures.mixture, mixtures.pieces, options.context / 2);
  const Index stride = padded.cols() / mixtures.pieces;
  const Index frames = stride - (options.context - 1);
  NmfOptions nmf = options.nmf;
  nmf.iterations = options.mixture_iterations;
  const ActivationFinder finder(atoms, options.context, nmf);
  std::vector<Matrix> parts;
  for (Index piece = 0; piece < mixtures.pieces; ++piece)
    parts.push_back(finder
                        .find(stack_frames(padded, options.context, piece * stride, frames),
                              stages.next(search_work / static_cast<double>(mixtures.pieces)))
                        .H);
  return side_by_side(parts);
}

/// Of the exemplars in all activations H (components × frames).
float weight_of_prior(const Matrix& H) {
  return prior_weight * H.sum() / static_cast<float>(H.rows());
}

/// Fits one frame R of the reconstruction atoms to V ≈ R·H (V: bins × frames, H: components ×
/// frames). With factors transposed it is a search for activations, Vᵀ ≈ Hᵀ·Rᵀ, a bin a column. The
/// prior is some frames more, in which each exemplar sounds alone as it is. For any divergence.
NmfReport refit_by_search(const Matrix& V, const Matrix& H, const NmfOptions& options,
                          Eigen::Ref<Matrix> R, const ProgressCallback& progress) {
  const float weight = weight_of_prior(H);
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

/// Kullback-Leibler's D(V|M).
double divergence_from(const Matrix& V, const Matrix& M) {
  double sum = 0;
  for (Index t = 0; t < V.cols(); ++t) {
    const auto v = V.col(t).array();
    const auto m = M.col(t).array();
    sum += static_cast<double>(((v > 0).select(v * (v / m).log(), 0) - v + m).sum());
  }
  return sum;
}

/// The same for Kullback-Leibler, by multiplicative updates from the exemplars R₀ that R holds, to
/// which most atoms stay close:
///
///     R ← (R ⊙ (V ⊘ R·H)·Hᵀ + w·R₀) ⊘ (H·1 + w)
///
/// The prior's frames are not multiplied, nor what is 0 in H.
NmfReport refit(const Matrix& V, const Matrix& H, const NmfOptions& options, Eigen::Ref<Matrix> R,
                const ProgressCallback& progress) {
  const Matrix exemplars = R;
  const Matrix H_transposed = H.transpose();
  const Vector sums = H.rowwise().sum();
  const float weight = weight_of_prior(H);
  const float least = std::max(1e-12F * V.maxCoeff(), 1e-30F);
  for (int update = 0; update < options.iterations; ++update) {
    report(progress, {"factorise", update, options.iterations, {}});
    const Matrix ratio = V.array() / (product(R, H).array() + least);
    R.array() *= product(ratio, H_transposed).array();
    R += weight * exemplars;
    R.array().rowwise() /= (sums.array() + weight).transpose();
  }
  NmfReport result;
  result.iterations = options.iterations;
  const double cost = divergence_from(V, (product(R, H).array() + least).matrix()) +
                      weight * divergence_from(exemplars, (R.array() + 1e-30F).matrix());
  result.cost.push_back({options.iterations, cost});
  return result;
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
NmfReport refit_frames(const MixturePart& part, const Matrix& H, const TrainingOptions& options,
                       Matrix& atoms, Stages& stages) {
  NmfReport whole;
  double cost = 0;
  const Index bins = part.V.rows();
  const bool search = options.nmf.divergence.beta != 1 || options.nmf.penalty != nullptr;
  for (Index c = 0; c < options.context; ++c) {
    const NmfReport fit = (search ? refit_by_search : refit)(
        delayed(part, c - options.context / 2), H, options.nmf, atoms.middleRows(c * bins, bins),
        stages.next(options.nmf.iterations));
    whole.iterations = std::max(whole.iterations, fit.iterations);
    cost += fit.final_cost();
  }
  whole.cost.push_back({whole.iterations, cost});
  return whole;
}

/// Builds the members one after another.
class SetBuilder {
 public:
  SetBuilder(const TrainingOptions& options, const std::vector<SourceAudio>& sources,
             const ProgressCallback& progress)
      : options_(options),
        sources_(sources),
        stages_(options.ensemble * member_work(), progress),
        reports_(sources.size()),
        random_(options.nmf.seed) {
    for (const SourceAudio& source : sources) materials_.push_back(material_for(source, options));
  }

  /// A pair of matrices for each source.
  std::vector<AtomPairs> build_member() {
    std::vector<AtomPairs> pairs;
    for (const Material& material : materials_) {
      Matrix atoms = draw_atoms(material, options_.nmf.components, options_.context, random_);
      move_to_means(material, options_.context, atoms);
      pairs.push_back({atoms, atoms});
    }
    if (options_.mixture_seconds == 0) return pairs;
    const TrainingMixtures mixtures = make_mixtures(sources_, mixing(), random_);
    std::vector<MatrixView> atoms;
    for (const AtomPairs& pair : pairs) atoms.emplace_back(pair.analysis_atoms);
    const Matrix H = activations_in(mixtures, atoms, options_, stages_);
    Index first = 0;
    for (std::size_t s = 0; s < pairs.size(); ++s) {
      Matrix& rebuilt = pairs[s].reconstruction_atoms;
      reports_[s] = refit_frames({mixtures.sources[s], mixtures.pieces},
                                 H.middleRows(first, rebuilt.cols()), options_, rebuilt, stages_);
      first += rebuilt.cols();
    }
    return pairs;
  }

  /// How the last fit of each source went.
  const std::vector<NmfReport>& reports() const { return reports_; }

 private:
  double member_work() const {
    return search_work +
           options_.nmf.iterations * options_.context * static_cast<double>(sources_.size());
  }

  MixingOptions mixing() const {
    const int rate = sources_.front().recordings.front().sample_rate;
    return {options_.mixture_seconds, options_.analysis(rate).stft,
            options_.objective.magnitude_exponent};
  }

  const TrainingOptions& options_;
  const std::vector<SourceAudio>& sources_;
  Stages stages_;
  std::vector<Material> materials_;
  std::vector<NmfReport> reports_;
  Random random_;
};

/// As NMF, though nothing is fitted.
TrainingOptions usual_alone() {
  TrainingOptions options = usual_learning();
  options.nmf.components = 400;
  return options;
}

/// 400 components at most, and 4 updates of the fit: more do not score more.
TrainingOptions usual_together() {
  TrainingOptions options;
  options.context = 3;
  options.nmf.components = 400;
  options.nmf.iterations = 4;
  options.mixture_seconds = 20;
  return options;
}

std::vector<TrainedModel> learn_alone(const SourceAudio& source, const TrainingOptions& options) {
  Random random(options.nmf.seed);
  Matrix atoms =
      draw_atoms(material_for(source, options), options.nmf.components, options.context, random);
  return {
      {model_of_atoms(trained_header(source, options, {}), options.context, std::move(atoms)), {}}};
}

std::vector<TrainedModel> learn(const std::vector<SourceAudio>& sources,
                                const TrainingOptions& options, const ProgressCallback& progress) {
  if (!options.together) return learn_alone(sources.front(), options);
  SetBuilder builder(options, sources, progress);
  std::vector<PairedDictionary> models(sources.size());
  for (int member = 0; member < options.ensemble; ++member) {
    std::vector<AtomPairs> pairs = builder.build_member();
    for (std::size_t s = 0; s < models.size(); ++s) models[s].pairs.push_back(std::move(pairs[s]));
  }
  std::vector<TrainedModel> trained;
  for (std::size_t s = 0; s < models.size(); ++s) {
    const NmfReport& report = builder.reports()[s];
    static_cast<ModelHeader&>(models[s]) = trained_header(sources[s], options, report);
    models[s].span = options.context;
    trained.push_back({std::move(models[s]), report});
  }
  return trained;
}

/// There is no network, and only mixtures are explained and fitted to.
std::vector<std::string_view> without_effect(const TrainingOptions& options) {
  std::vector<std::string_view> names{"networks",      "steps", "budget",  "form", "loss",
                                      "hidden-layers", "cell",  "one-way", "gamma"};
  if (!options.together || options.mixture_seconds == 0)
    names.insert(names.end(), {"iterations", "tolerance", "solver", "prior"});
  return names;
}

}  // namespace

const TrainingMethod exemplar_training{"exemplars",
                                       "takes frames of the files, in a set means of those alike, "
                                       "with more atoms a better model of speech",
                                       usual_alone,
                                       usual_together,
                                       learn,
                                       without_effect};

}  // namespace nmfsep
