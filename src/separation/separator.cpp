#include "nmfsep/separation/separator.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_pipeline.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "block_failures.hpp"
#include "frame_progress.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/masking/wiener_mask.hpp"
#include "nmfsep/stft/frame_blocks.hpp"
#include "outlet.hpp"
#include "stem_stream.hpp"

namespace nmfsep {
namespace {

constexpr double block_bytes = 6e6;  ///< of spectra and estimates in a block
constexpr double mib = 1 << 20;
constexpr double slab_bytes = 2.5e6;  ///< of masked spectra: what the second cache holds

/// As many frames of `bytes` each as fit `budget`, 8 to 1024: by 32, as the updates take them,
/// where there are so many.
Index frames_within(double budget, Index bytes) {
  const auto fit = static_cast<Index>(budget / static_cast<double>(bytes));
  const Index step = fit < 32 ? 8 : 32;
  return std::clamp<Index>(fit / step * step, 8, 1024);
}

std::string resampling_message(const AudioSource& mixture, int model_rate) {
  const int rate = mixture.info().sample_rate;
  return fmt::format(
      "{}: {} Hz, but the models are for {} Hz: resampled to {} Hz and its stems back; content "
      "above {} Hz is lost",
      mixture.name(), rate, model_rate, model_rate, std::min(rate, model_rate) / 2);
}

}  // namespace

void SeparatorOptions::validate() const {
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
  Run(const Separator& separator, AudioSource& mixture, const SeparationSinks& sinks,
      const ProgressCallback& progress)
      : separator_(separator),
        channels_(mixture.info().channels),
        tap_(mixture),
        source_(tap_, separator.analysis_.sample_rate),
        blocks_(source_, separator.stft_, {block_frames(), reach().value_or(0)}),
        sinks_(sinks),
        outlet_(tap_, sinks.stems),
        progress_(progress, separator.stft_.frames(source_.info().length.value_or(0))),
        state_(separator.decomposer_->initial_state()),
        stems_(stem_streams()),
        masked_(stems_.size()),
        pieces_(stems_.size()) {}

  SeparationReport finish() {
    require_memory(tap_.info());
    run_stages();
    failures_.rethrow();
    for (std::size_t s = 0; s < stems_.size(); ++s) stems_[s].finish(tap_.length(), pieces_[s]);
    outlet_.emit(pieces_, [this] { progress_.report(); });
    report_.length = tap_.length();
    report_.residual_dbfs = outlet_.residual_dbfs();
    return report_;
  }

  bool silent() const { return tap_.silent(); }

 private:
  void alive() {
    AudioInfo so_far = tap_.info();
    so_far.length = tap_.length();
    if (!reach()) require_memory(so_far);
    progress_.report();
  }

  void require_memory(const AudioInfo& mixture) const {
    const auto& allowed = separator_.options_.max_memory;
    const double needed = separator_.memory_needed(mixture);
    if (!allowed || needed <= *allowed || reach()) return;
    throw AudioFileError(fmt::format(
        "{}: would take {:.0f} MiB of memory, more than the {:.0f} MiB that may be used; allow "
        "more, separate an excerpt or fewer components, or with models alone, which takes little "
        "at any length",
        tap_.name(), std::ceil(needed / mib), std::floor(*allowed / mib)));
  }

  std::optional<Index> reach() const { return separator_.decomposer_->reach(); }

  /// Own frames a block: each has a spectrum, a magnitude and estimates in every channel. With
  /// their neighbours they are as many as the updates take at once.
  std::optional<Index> block_frames() const {
    if (!reach()) return std::nullopt;
    const Index all =
        frames_within(block_bytes, channels_ * separator_.stft_.bins() * (12 + 4 * sources()));
    return separator_.options_.block_frames.value_or(std::max(all - 2 * *reach(), all / 2));
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

  /// A block on its way through the stages, and memory for the next that takes its place.
  struct Block {
    Index number = 0;
    FrameBlock frames;
    Matrix magnitudes;
    Decomposition decomposition;
  };

  /// Blocks are read and handed on one after the other, and separated beside each other unless the
  /// decomposer carries a state from one to the next.
  void run_stages() {
    using tbb::filter_mode;
    const auto read = [this](tbb::flow_control& flow) {
      Block& block = places_[static_cast<std::size_t>(begun_) % places_.size()];
      block.number = begun_++;
      block.frames.frames = 0;
      failures_.attempt(block.number, [&] { blocks_.next(block.frames, [this] { alive(); }); });
      if (block.frames.frames == 0) flow.stop();
      return &block;
    };
    const auto separate = [this](Block* block) {
      failures_.attempt(block->number, [&] { this->separate(*block); });
      return block;
    };
    const auto hand_on = [this](Block* block) {
      failures_.attempt(block->number, [&] { this->hand_on(*block); });
    };
    const auto apart = state_ ? filter_mode::serial_in_order : filter_mode::parallel;
    tbb::parallel_pipeline(
        places_.size(), tbb::make_filter<void, Block*>(filter_mode::serial_in_order, read) &
                            tbb::make_filter<Block*, Block*>(apart, separate) &
                            tbb::make_filter<Block*, void>(filter_mode::serial_in_order, hand_on));
  }

  void separate(Block& block) {
    const FrameBlock& frames = block.frames;
    magnitudes(frames.spectrogram, separator_.objective_.magnitude_exponent, block.magnitudes);
    MixtureBlock mixture(block.magnitudes, channels_);
    mixture.spectrogram = &frames.spectrogram;
    mixture.first = frames.first;
    mixture.before = frames.before;
    mixture.own = frames.frames;
    mixture.state = state_.get();
    block.decomposition =
        separator_.decomposer_->decompose(mixture, progress_.within(frames.frames));
  }

  void hand_on(const Block& block) {
    const Decomposition& found = block.decomposition;
    if (sinks_.frames) sinks_.frames({found, channels_, block.frames.before, block.frames.frames});
    const WienerFilter filter(
        found.sources,
        found.are_masks ? std::nullopt : std::optional(separator_.objective_.mask_exponent));
    const Index frames = block.frames.frames;
    const Index slab =
        frames_within(slab_bytes, channels_ * separator_.stft_.bins() * 8 * sources());
    for (Index first = 0; first < frames; first += slab) {
      synthesise(block.frames, filter, {first, std::min(slab, frames - first)});
      outlet_.emit(pieces_, [this] { progress_.report(); });
    }
    add(report_.factorisation, found.report);
  }

  /// Own frames of a block, counted from its first.
  struct Slab {
    Index first;
    Index frames;
  };

  void synthesise(const FrameBlock& block, const WienerFilter& filter, Slab slab) {
    const Index first = block.before + slab.first;
    const Index stride = block.spectrogram.channels.front().cols();
    for (ComplexMatrix& spectra : masked_)
      spectra.resize(separator_.stft_.bins(), channels_ * slab.frames);
    for (Index channel = 0; channel < channels_; ++channel) {
      std::vector<Eigen::Ref<ComplexMatrix>> parts;
      for (ComplexMatrix& spectra : masked_)
        parts.emplace_back(spectra.middleCols(channel * slab.frames, slab.frames));
      const ComplexMatrix& mixture = block.spectrogram.channels[static_cast<std::size_t>(channel)];
      filter.apply(mixture.middleCols(first, slab.frames), channel * stride + first, parts);
      progress_.report();
    }
    tbb::parallel_for(std::size_t{0}, stems_.size(), [&](std::size_t s) {
      stems_[s].push(masked_[s], block.signal_length, pieces_[s]);
    });
  }

  const Separator& separator_;
  const Index channels_;
  MixtureTap tap_;
  ResampledSource source_;
  FrameBlocks blocks_;
  const SeparationSinks& sinks_;
  Outlet outlet_;
  FrameProgress progress_;
  std::unique_ptr<CarriedState> state_;
  std::vector<StemStream> stems_;
  std::vector<ComplexMatrix> masked_;  // a stem: bins × (frames · channels) of a slab
  std::vector<StemPiece> pieces_;      // a stem
  std::array<Block, 4> places_;        // for the blocks that are on their way
  Index begun_ = 0;                    // blocks
  BlockFailures failures_;
  SeparationReport report_;
};

Separator::Separator(Analysis analysis, Objective objective,
                     std::shared_ptr<const Decomposer> decomposer, SeparatorOptions options)
    : analysis_(analysis),
      objective_(objective),
      stft_(analysis.stft),
      decomposer_(std::move(decomposer)),
      options_(options) {
  objective_.validate();
  options_.validate();
}

double Separator::memory_needed(const AudioInfo& mixture) const {
  constexpr double program = 22e6;
  constexpr double blocks = 32e6;  // that are on their way at once
  const auto samples = static_cast<double>(mixture.length.value_or(0)) * mixture.channels;
  const double model_samples = samples * analysis_.sample_rate / mixture.sample_rate;
  if (decomposer_->reach()) return program + blocks;
  const auto bins = static_cast<double>(stft_.bins());
  const auto sources = static_cast<double>(source_names().size());
  const auto components = static_cast<double>(decomposer_->components());
  // Spectrum, magnitude, estimates and activations, twice, of every frame; W and what its update
  // sums up in up to eight places; the queues of samples, which grow by doubling.
  const double frame = bins * (8 + 4 + 4 * sources) + 8 * components;
  return program + model_samples / stft_.options().hop * frame + 56 * bins * components +
         7 * (samples + model_samples);
}

SeparationReport Separator::separate(AudioSource& mixture, const SeparationSinks& sinks,
                                     Diagnostics& diagnostics,
                                     const ProgressCallback& progress) const {
  if (mixture.info().sample_rate != analysis_.sample_rate)
    diagnostics.warn(WarningCode::resampled, resampling_message(mixture, analysis_.sample_rate));
  Run run(*this, mixture, sinks, progress);
  const SeparationReport result = run.finish();
  if (run.silent())
    diagnostics.warn(WarningCode::silent_mixture,
                     fmt::format("{}: is silent, and so are its stems", mixture.name()));
  return result;
}

Separation Separator::separate(const AudioBuffer& mixture, const std::string& name,
                               Diagnostics& diagnostics, const ProgressCallback& progress) const {
  Separation result;
  for (const std::string& stem : decomposer_->source_names())
    result.stems.push_back(
        {stem, {Matrix(mixture.length(), mixture.channels()), mixture.sample_rate}});
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
