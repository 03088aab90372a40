#include "nmfsep/separation/separator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "frame_blocks.hpp"
#include "frame_progress.hpp"
#include "mixture_tap.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/masking/wiener_mask.hpp"
#include "stem_stream.hpp"

namespace nmfsep {
namespace {

constexpr double block_bytes = 32e6;  ///< of spectra and estimates in a block
constexpr double gib = 1 << 30;
constexpr double slab_bytes = 16e6;  ///< of masks in a slab

/// As many frames of `bytes` each as fit `budget`: 32 to 1024.
Index frames_within(double budget, Index bytes) {
  return std::clamp<Index>(static_cast<Index>(budget / static_cast<double>(bytes)) / 32 * 32, 32,
                           1024);
}

std::string resampling_message(const AudioSource& mixture, int model_rate) {
  const int rate = mixture.info().sample_rate;
  return fmt::format(
      "{}: {} Hz, but the models are for {} Hz: resampled to {} Hz and its stems back; content "
      "above {} Hz is lost",
      mixture.name(), rate, model_rate, model_rate, std::min(rate, model_rate) / 2);
}

/// Adds the report of other frames. What stopped early keeps its last cost.
void add(NmfReport& total, const NmfReport& part) {
  if (total.cost.empty() || part.cost.empty()) {
    if (total.cost.empty()) total = part;
    return;
  }
  const auto cost_at = [](const NmfReport& report, std::size_t i) {
    return report.cost[std::min(i, report.cost.size() - 1)].cost;
  };
  std::vector<CostSample> cost = total.cost.size() < part.cost.size() ? part.cost : total.cost;
  for (std::size_t i = 0; i < cost.size(); ++i) cost[i].cost = cost_at(total, i) + cost_at(part, i);
  total.cost = std::move(cost);
  total.iterations = std::max(total.iterations, part.iterations);
  if (part.termination == Termination::iterations) total.termination = part.termination;
}

/// The stems on their way out, and what the mixture has beyond them.
class Outlet {
 public:
  Outlet(MixtureTap& mixture, std::vector<StemStream> stems, const StemSink& sink)
      : mixture_(mixture), stems_(std::move(stems)), sink_(sink) {}

  /// Hands on what `next(stem stream, its place)` answers, equally much for every stem.
  template <typename Next>
  void emit(const Next& next) {
    Matrix mixture;
    Matrix residual;
    for (std::size_t s = 0; s < stems_.size(); ++s) {
      const Matrix samples = next(stems_[s], s);
      if (s == 0) residual = mixture = mixture_.take(samples.rows());
      residual -= samples;
      sink_(s, samples, mixture);
    }
    if (residual.size() > 0) peak_ = std::max(peak_, residual.cwiseAbs().maxCoeff());
  }

  double residual_dbfs() const { return 20 * std::log10(static_cast<double>(peak_)); }

 private:
  MixtureTap& mixture_;
  std::vector<StemStream> stems_;
  const StemSink& sink_;
  float peak_ = 0;
};

}  // namespace

void SeparatorOptions::validate() const {
  if (!(mask_exponent > 0) || !std::isfinite(mask_exponent))
    throw InvalidArgument(
        fmt::format("mask exponent = {}, must be positive and finite", mask_exponent));
  if (block_frames && *block_frames < 1)
    throw InvalidArgument(
        fmt::format("SeparatorOptions: block_frames = {}, must be at least 1", *block_frames));
  if (max_memory && !(*max_memory > 0))
    throw InvalidArgument(
        fmt::format("SeparatorOptions: max_memory = {}, must be positive", *max_memory));
}

/// One separation from its beginning to its end.
class Separator::Run {
 public:
  Run(const Separator& separator, AudioSource& mixture, const StemSink& sink,
      const ProgressCallback& progress)
      : separator_(separator),
        channels_(mixture.info().channels),
        tap_(mixture),
        source_(tap_, separator.analysis_.sample_rate),
        blocks_(source_, separator.stft_, {block_frames(), reach().value_or(0)}),
        outlet_(tap_, stem_streams(), sink),
        progress_(progress, separator.stft_.frames(source_.info().frames.value_or(0))) {}

  SeparationReport finish() {
    SeparationReport result;
    require_memory(tap_.info());
    while (const auto block = blocks_.next([this] { alive(); }))
      add(result.factorisation, separate(*block));
    outlet_.emit([this](StemStream& stem, std::size_t) { return stem.finish(tap_.frames()); });
    result.frames = tap_.frames();
    result.residual_dbfs = outlet_.residual_dbfs();
    return result;
  }

  bool silent() const { return tap_.silent(); }

 private:
  void alive() const {
    AudioInfo so_far = tap_.info();
    so_far.frames = tap_.frames();
    if (!reach()) require_memory(so_far);
    progress_.report();
  }

  void require_memory(const AudioInfo& mixture) const {
    const auto& allowed = separator_.options_.max_memory;
    const double needed = separator_.memory_needed(mixture);
    if (!allowed || needed <= *allowed || reach()) return;
    throw AudioFileError(fmt::format(
        "{}: would take {:.2f} GiB of memory, more than the {:.2f} GiB that may be used; separate "
        "an excerpt, fewer components, or with models alone, which takes little at any length",
        tap_.name(), needed / gib, *allowed / gib));
  }

  std::optional<Index> reach() const { return separator_.decomposer_->reach(); }

  /// Own frames a block: each has a spectrum, a magnitude and estimates in every channel.
  std::optional<Index> block_frames() const {
    if (!reach()) return std::nullopt;
    return separator_.options_.block_frames.value_or(
        frames_within(block_bytes, channels_ * separator_.stft_.bins() * (12 + 4 * sources())));
  }

  Index sources() const {
    return static_cast<Index>(separator_.decomposer_->source_names().size());
  }

  std::vector<StemStream> stem_streams() const {
    std::vector<StemStream> stems;
    for (Index s = 0; s < sources(); ++s)
      stems.emplace_back(separator_.stft_, source_.info(), tap_.info());
    return stems;
  }

  NmfReport separate(const FrameBlock& block) {
    const Matrix mixture = magnitudes(block.spectrogram, separator_.analysis_.magnitude_exponent);
    const Decomposition decomposition =
        separator_.decomposer_->decompose(mixture, channels_, progress_.within(block.frames));
    const Index slab =
        frames_within(slab_bytes, channels_ * separator_.stft_.bins() * 8 * (sources() + 1));
    for (Index first = 0; first < block.frames; first += slab)
      write(block, decomposition.sources, {first, std::min(slab, block.frames - first)});
    return decomposition.report;
  }

  /// Own frames of a block, counted from its first.
  struct Slab {
    Index first;
    Index frames;
  };

  void write(const FrameBlock& block, const std::vector<SourceEstimate>& sources, Slab slab) {
    std::vector<std::vector<Matrix>> masks;  // channel, source: bins × frames
    for (Index channel = 0; channel < channels_; ++channel)
      masks.push_back(masks_of(block, sources, slab, channel));
    outlet_.emit([&](StemStream& stem, std::size_t s) {
      progress_.report();
      std::vector<ComplexMatrix> spectra;
      for (std::size_t channel = 0; channel < masks.size(); ++channel)
        spectra.push_back(apply_mask(
            block.spectrogram.channels[channel].middleCols(block.before + slab.first, slab.frames),
            masks[channel][s]));
      return stem.push(spectra, blocks_.samples());
    });
  }

  std::vector<Matrix> masks_of(const FrameBlock& block, const std::vector<SourceEstimate>& sources,
                               Slab slab, Index channel) const {
    const Index stride = block.spectrogram.channels.front().cols();
    const Index first = channel * stride + block.before + slab.first;
    std::vector<SourceEstimate> estimates;
    for (const SourceEstimate& source : sources)
      estimates.push_back({source.name, source.magnitudes.middleCols(first, slab.frames)});
    return wiener_masks(estimates, separator_.options_.mask_exponent);
  }

  const Separator& separator_;
  const Index channels_;
  MixtureTap tap_;
  ResampledSource source_;
  FrameBlocks blocks_;
  Outlet outlet_;
  FrameProgress progress_;
};

Separator::Separator(Analysis analysis, std::unique_ptr<const Decomposer> decomposer,
                     SeparatorOptions options)
    : analysis_(analysis),
      stft_(analysis.stft),
      decomposer_(std::move(decomposer)),
      options_(options) {
  options_.validate();
  if (!(analysis_.magnitude_exponent > 0) || !std::isfinite(analysis_.magnitude_exponent))
    throw InvalidArgument(fmt::format("magnitude exponent = {}, must be positive and finite",
                                      analysis_.magnitude_exponent));
}

double Separator::memory_needed(const AudioInfo& mixture) const {
  constexpr double program = 100e6;  // and what a block takes
  const auto samples = static_cast<double>(mixture.frames.value_or(0)) * mixture.channels;
  const double model_samples = samples * analysis_.sample_rate / mixture.sample_rate;
  if (decomposer_->reach()) return program;
  const auto bins = static_cast<double>(stft_.bins());
  const auto sources = static_cast<double>(source_names().size());
  const auto components = static_cast<double>(decomposer_->components());
  // Spectrum, magnitude, estimates and activations, twice, of every frame; W and what its update
  // sums up in up to eight places; the queues of samples, which grow by doubling.
  const double frame = bins * (8 + 4 + 4 * sources) + 8 * components;
  return program + model_samples / stft_.options().hop * frame + 56 * bins * components +
         12 * (samples + model_samples);
}

SeparationReport Separator::separate(AudioSource& mixture, const StemSink& sink,
                                     Diagnostics& diagnostics,
                                     const ProgressCallback& progress) const {
  if (mixture.info().sample_rate != analysis_.sample_rate)
    diagnostics.warn("resampled", resampling_message(mixture, analysis_.sample_rate));
  Run run(*this, mixture, sink, progress);
  const SeparationReport result = run.finish();
  if (run.silent())
    diagnostics.warn("silent-mixture",
                     fmt::format("{}: is silent, and so are its stems", mixture.name()));
  return result;
}

Separation Separator::separate(const AudioBuffer& mixture, const std::string& name,
                               Diagnostics& diagnostics, const ProgressCallback& progress) const {
  Separation result;
  for (const std::string& stem : decomposer_->source_names())
    result.stems.push_back(
        {stem, {Matrix(mixture.frames(), mixture.channels()), mixture.sample_rate}});
  std::vector<Index> done(result.stems.size(), 0);
  BufferSource source(mixture, name);
  result.report = separate(
      source,
      [&](std::size_t s, const MatrixView& samples, const MatrixView&) {
        result.stems[s].audio.samples.middleRows(done[s], samples.rows()) = samples;
        done[s] += samples.rows();
      },
      diagnostics, progress);
  return result;
}

}  // namespace nmfsep
