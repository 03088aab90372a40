#include "paint/live_stems.hpp"

#include <algorithm>
#include <numeric>

#include "nmfsep/masking/wiener_mask.hpp"

namespace nmfsep::cli {
namespace {

/// The columns of these frames of every channel; `matrix` has all frames of a channel side by side.
Matrix columns_of(const Matrix& matrix, const std::vector<Index>& frames, Index channels) {
  const Index stride = matrix.cols() / channels;
  const auto count = static_cast<Index>(frames.size());
  Matrix result(matrix.rows(), count * channels);
  for (Index channel = 0; channel < channels; ++channel)
    for (Index i = 0; i < count; ++i)
      result.col(channel * count + i) =
          matrix.col(channel * stride + frames[static_cast<std::size_t>(i)]);
  return result;
}

struct FrameRun {
  Index first;
  Index count;
};

/// Ascending frames as runs of neighbours.
std::vector<FrameRun> runs_of(const std::vector<Index>& frames) {
  std::vector<FrameRun> runs;
  for (const Index frame : frames) {
    if (runs.empty() || runs.back().first + runs.back().count != frame) runs.push_back({frame, 0});
    ++runs.back().count;
  }
  return runs;
}

/// What the job does of itself, with these marks.
std::unique_ptr<const Decomposer> decomposer_of(const SeparationJob& job,
                                                std::shared_ptr<const Guide> guide,
                                                const Analysis& analysis) {
  if (!guide) return make_decomposer(job.models, job.learnt, job.nmf);
  return std::make_unique<JointDecomposer>(job.models, job.learnt, job.nmf,
                                           Guidance{std::move(guide), analysis});
}

}  // namespace

LiveStems::LiveStems(const SeparationJob& job, const PaintedMixture& mixture)
    : job_(job), mixture_(mixture), stft_(mixture.analysis.stft) {
  for (const SourceModel& model : job_.models) names_.push_back(model->name);
  for (const LearntSource& source : job_.learnt) names_.push_back(source.name);
  if (!learns() && decomposer_of(job_, nullptr, mixture.analysis)->reach() == Index{0})
    joint_ = std::make_unique<JointDecomposer>(job_.models, job_.learnt, job_.nmf,
                                               Guidance{nullptr, mixture.analysis});
}

void LiveStems::explain_all(const Marks& marks, int iterations, const ProgressCallback& progress) {
  SeparationJob job = job_;
  job.nmf.iterations = iterations;
  const auto decomposer = decomposer_of(job, marks.guide, mixture_.analysis);
  MixtureBlock block(mixture_.V, mixture_.channels());
  const auto state = decomposer->initial_state();
  block.spectrogram = &mixture_.spectrogram;
  block.state = state.get();
  const Decomposition found = decomposer->decompose(block, progress);
  std::vector<Index> all(static_cast<std::size_t>(mixture_.frames()));
  std::iota(all.begin(), all.end(), Index{0});
  take(found, all);
  if (joint_) weights_ = weights_of(marks);
}

Index LiveStems::explain_changed(const Marks& marks, const ProgressCallback& progress) {
  std::vector<Matrix> weights = weights_of(marks);
  const std::vector<Index> frames = changed_frames(weights);
  if (frames.empty()) return 0;
  const Matrix V = columns_of(mixture_.V, frames, mixture_.channels());
  std::vector<Matrix> here;
  for (const Matrix& one : weights) here.push_back(columns_of(one, frames, 1));
  take(joint_->decompose_under(here, MixtureBlock(V, mixture_.channels()), progress), frames);
  weights_ = std::move(weights);
  return static_cast<Index>(frames.size());
}

std::vector<Matrix> LiveStems::weights_of(const Marks& marks) const {
  if (marks.guide) return marks.guide->weights(names_, {mixture_.analysis, mixture_.frames()});
  return std::vector<Matrix>(names_.size(), Matrix::Ones(mixture_.bins(), mixture_.frames()));
}

std::vector<Index> LiveStems::changed_frames(const std::vector<Matrix>& weights) const {
  std::vector<Index> frames;
  for (Index t = 0; t < mixture_.frames(); ++t)
    for (std::size_t s = 0; s < weights.size(); ++s)
      if (weights[s].col(t) != weights_[s].col(t)) {
        frames.push_back(t);
        break;
      }
  return frames;
}

/// Takes estimates of these frames, which have as many columns a channel.
void LiveStems::take(const Decomposition& found, const std::vector<Index>& frames) {
  if (stems_.empty()) stems_.resize(names_.size(), mixture_.spectrogram);
  const WienerFilter filter(
      found.sources, found.are_masks ? std::nullopt : std::optional(job_.objective.mask_exponent));
  const auto count = static_cast<Index>(frames.size());
  std::vector<ComplexMatrix> parts(names_.size(), ComplexMatrix(mixture_.bins(), count));
  for (Index channel = 0; channel < mixture_.channels(); ++channel) {
    const auto c = static_cast<std::size_t>(channel);
    const ComplexMatrix X = mixture_.spectrogram.channels[c](Eigen::all, frames);
    std::vector<Eigen::Ref<ComplexMatrix>> views(parts.begin(), parts.end());
    filter.apply(X, channel * count, views);
    for (std::size_t s = 0; s < parts.size(); ++s)
      stems_[s].channels[c](Eigen::all, frames) = parts[s];
  }
  renew(frames);
}

/// Makes the layers anew where these frames sound.
void LiveStems::renew(const std::vector<Index>& frames) {
  const Index hop = stft_.options().hop;
  const Index length = mixture_.audio.length();
  Layers layers;
  for (std::size_t s = 0; s < names_.size(); ++s) {
    auto layer = layers_.empty()
                     ? std::make_shared<Layer>(Layer{names_[s], mixture_.audio, mixture_.levels})
                     : std::make_shared<Layer>(*layers_[s]);
    for (const FrameRun& run : runs_of(frames)) {
      fill_levels(stems_[s], mixture_.loudest, run.first, run.count, layer->levels);
      // Samples from `begin` on lie under the same windows as those of a signal that begins there.
      const Index from = std::max<Index>(0, run.first - stft_.lead_frames());
      const Index begin = from * hop;
      const Index last = run.first + run.count - 1 - stft_.lead_frames();
      const Index end = std::min(length, last * hop + stft_.options().fft_size);
      if (end <= begin) continue;
      for (Index channel = 0; channel < mixture_.channels(); ++channel) {
        const auto& spectra = stems_[s].channels[static_cast<std::size_t>(channel)];
        layer->audio.samples.col(channel).segment(begin, end - begin) =
            stft_.inverse(spectra.middleCols(from, stft_.frames(end - begin)), end - begin);
      }
    }
    layers.push_back(std::move(layer));
  }
  layers_ = std::move(layers);
}

}  // namespace nmfsep::cli
