#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nmfsep/audio/audio_source.hpp"
#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/sources/decomposer.hpp"

namespace nmfsep {

struct SeparatorOptions {
  /// STFT frames worked on at a time, where the decomposer's reach allows blocks: fewer take less
  /// memory and come sooner. Absent: some 6 MB of spectra. No choice changes a sample.
  std::optional<Index> block_frames = {};

  /// Bytes that a separation may take where the decomposer needs the whole mixture; absent: any.
  std::optional<double> max_memory = {};

  /// Throws InvalidArgument naming field, value and rule.
  void validate() const;
};

/// How a separation went.
struct SeparationReport {
  NmfReport factorisation;  ///< of all blocks: costs added up, with the slowest's updates
  Index length = 0;         ///< samples a channel
  double residual_dbfs = 0;  ///< peak of |mixture − Σ stems| over full scale, dB; −∞ when exact
};

/// Takes the next samples (samples × channels) of a stem, by its place in `source_names`, and the
/// mixture's at the same place. All stems get equally many, in turn. Called by one thread at a
/// time, not always the same.
using StemSink =
    std::function<void(std::size_t stem, const MatrixView& samples, const MatrixView& mixture)>;

/// Consecutive frames of a mixture and how they were explained.
struct ExplainedFrames {
  const Decomposition& decomposition;  ///< channel after channel, each with neighbours
  Index channels = 1;
  Index before = 0;  ///< neighbours that come first
  Index own = 0;     ///< frames after these that count

  /// Of an own frame, in what the decomposition holds.
  Index column(Index channel, Index frame) const {
    return channel * (decomposition.sources.front().magnitudes.cols() / channels) + before + frame;
  }
};

/// Where stems go, and if anyone asks, how the mixture was explained: block after block, each
/// before its stems, by one thread at a time.
struct SeparationSinks {
  template <std::invocable<std::size_t, const MatrixView&, const MatrixView&> Sink>
  SeparationSinks(Sink sink) : stems(std::move(sink)) {}

  StemSink stems;
  std::function<void(const ExplainedFrames&)> frames = {};
};

struct Stem {
  std::string name;
  AudioBuffer audio;  ///< the mixture's rate, channels and length
};

struct Separation {
  std::vector<Stem> stems;
  SeparationReport report;
};

/// From a mixture to its stems: analysis, decomposition, masks, synthesis. Which model explains
/// the mixture is the decomposer's business alone. Where frames depend only on some neighbours,
/// audio is read, separated and handed on in blocks, some of which are worked on at a time, and
/// memory does not grow with its length.
class Separator {
 public:
  /// Throws InvalidArgument when the objective, the options or the analysis are invalid.
  Separator(Analysis analysis, Objective objective, std::shared_ptr<const Decomposer> decomposer,
            SeparatorOptions options = {});

  /// Bytes that the separation of so many samples takes, by and large and without the models: what
  /// all its spectra, estimates and activations do where the decomposer needs the whole mixture,
  /// and always the same where it does not.
  double memory_needed(const AudioInfo& mixture) const;

  const Analysis& analysis() const { return analysis_; }
  std::vector<std::string> source_names() const { return decomposer_->source_names(); }

  /// Hands the stems of `mixture` to the sinks as they come. A mixture at another rate than the
  /// analysis is resampled and its stems back, with a warning that names both rates; a silent one
  /// gives silent stems and a warning. Throws AudioFileError before it would take more
  /// memory than it may; what the mixture and the sinks throw, when the blocks before have been
  /// handed on; Cancelled soon after `progress` asks for it, whose steps are STFT frames (in all: 0
  /// where nobody knows). The mixture is read, the sinks and `progress` are called from oneTBB's
  /// threads, each of the three by one at a time but beside the others.
  SeparationReport separate(AudioSource& mixture, const SeparationSinks& sinks,
                            Diagnostics& diagnostics, const ProgressCallback& progress = {}) const;

  /// The same in memory. `name` is how warnings call the mixture.
  Separation separate(const AudioBuffer& mixture, const std::string& name, Diagnostics& diagnostics,
                      const ProgressCallback& progress = {}) const;

 private:
  class Run;

  Analysis analysis_;
  Objective objective_;
  Stft stft_;
  std::shared_ptr<const Decomposer> decomposer_;
  SeparatorOptions options_;
};

}  // namespace nmfsep
