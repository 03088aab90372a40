#include "paint/live_stems.hpp"

#include <algorithm>
#include <numeric>

#include "nmfsep/core/random.hpp"
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

struct Loosening {
  Index channels;
  std::uint64_t seed;
};

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

/// Lets what is learnt go where it had no reason to be: no update leads away from 0. Activations of
/// these frames (of a channel) are at chance again, since the source that had all may not be the
/// one that is marked now; others are a hundredth of what is usual at least, and atoms a tenth
/// chance.
void loosen(std::vector<SourceFactors>& factors, const std::vector<Index>& frames,
            const Loosening& by) {
  double sum = 0;
  Index count = 0;
  for (const SourceFactors& source : factors) {
    sum += source.H.cast<double>().sum();
    count += source.H.size();
  }
  const auto usual = static_cast<float>(sum / static_cast<double>(count));
  Random random(by.seed);
  for (SourceFactors& source : factors) {
    const bool is_learnt = source.W.size() > 0;
    const Index stride = source.H.cols() / by.channels;
    source.H = source.H.cwiseMax(usual / 100);
    for (Index channel = 0; channel < by.channels; ++channel)
      for (const Index frame : frames)
        for (float& h : source.H.col(channel * stride + frame))
          h = is_learnt ? 2 * usual * random.uniform() : usual;
    for (float& w : source.W.reshaped())
      w = 0.9F * w + 0.2F * random.uniform() / static_cast<float>(source.W.rows());
  }
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
    : job_(job),
      mixture_(mixture),
      stft_(mixture.analysis.stft),
      all_(static_cast<std::size_t>(mixture.frames())) {
  std::iota(all_.begin(), all_.end(), Index{0});
  names_ = joint(job_.nmf.iterations).source_names();
  are_frames_apart_ =
      !learns() && decomposer_of(job_, nullptr, mixture.analysis)->reach() == Index{0};
}

/// Under weights that it is told, and not under what its guide says, which is nothing.
JointDecomposer LiveStems::joint(int iterations) const {
  NmfOptions options = job_.nmf;
  options.iterations = iterations;
  return {job_.models, job_.learnt, options, {std::make_shared<Guide>(), mixture_.analysis}};
}

void LiveStems::explain_all(const Marks& marks, int iterations, const ProgressCallback& progress) {
  SeparationJob job = job_;
  job.nmf.iterations = iterations;
  const auto decomposer = decomposer_of(job, marks.guide, mixture_.analysis);
  MixtureBlock block(mixture_.V, mixture_.channels());
  const auto state = decomposer->initial_state();
  block.spectrogram = &mixture_.spectrogram;
  block.state = state.get();
  take(decomposer->decompose(block, progress), all_);
  followed_ = marks.guide;
  is_explained_ = true;
}

Index LiveStems::explain_changed(const Marks& marks, const ProgressCallback& progress) {
  const std::vector<Index> frames = frames_unlike(marks);
  if (!frames.empty()) {
    const Matrix V = columns_of(mixture_.V, frames, mixture_.channels());
    take(joint(job_.nmf.iterations)
             .decompose_under(weights_of(marks, frames), MixtureBlock(V, mixture_.channels()),
                              progress),
         frames);
  }
  followed_ = marks.guide;
  return static_cast<Index>(frames.size());
}

bool LiveStems::learn_on(const Marks& marks, int updates, const ProgressCallback& progress) {
  follow(marks);
  Decomposition found = joint(updates).decompose_under(
      weights_, MixtureBlock(mixture_.V, mixture_.channels()), progress, factors_);
  const bool has_more = found.report.termination != Termination::tolerance;
  const bool goes_on = std::all_of(found.factors.begin(), found.factors.end(),
                                   [](const SourceFactors& one) { return one.H.size() > 0; });
  factors_ = goes_on ? std::move(found.factors) : std::vector<SourceFactors>();
  found_ = std::move(found);
  return has_more;
}

void LiveStems::show() {
  if (found_) take(*found_, all_);
  found_.reset();
}

/// Brings weights up to marks. What is learnt may go where it had no reason to be.
void LiveStems::follow(const Marks& marks) {
  const std::vector<Index> frames = frames_unlike(marks);
  if (weights_.empty()) {
    weights_ = weights_of(marks, all_);
  } else if (!frames.empty()) {
    const std::vector<Matrix> changed = weights_of(marks, frames);
    for (std::size_t s = 0; s < weights_.size(); ++s) weights_[s](Eigen::all, frames) = changed[s];
    loosen(factors_, frames, {mixture_.channels(), job_.nmf.seed});
  }
  followed_ = marks.guide;
}

std::vector<Matrix> LiveStems::weights_of(const Marks& marks, std::span<const Index> frames) const {
  if (marks.guide)
    return marks.guide->weights(names_, {mixture_.analysis, mixture_.frames()}, frames);
  return std::vector<Matrix>(names_.size(),
                             Matrix::Ones(mixture_.bins(), static_cast<Index>(frames.size())));
}

std::vector<Index> LiveStems::frames_unlike(const Marks& marks) const {
  return Guide::frames_apart(followed_.get(), marks.guide.get(),
                             {mixture_.analysis, mixture_.frames()});
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
