#pragma once

#include <memory>
#include <vector>

#include "console/console.hpp"
#include "flags/options.hpp"
#include "json/json_output.hpp"
#include "nmfsep/audio/audio_stream.hpp"
#include "nmfsep/audio/excerpt_source.hpp"
#include "nmfsep/guidance/guide.hpp"
#include "nmfsep/guidance/score/music_score.hpp"
#include "nmfsep/separation/separator.hpp"
#include "nmfsep/sources/grouping/grouping.hpp"
#include "nmfsep/sources/hpss/hpss_decomposer.hpp"
#include "separate/stem_output.hpp"

namespace nmfsep::cli {

/// What one run of `separate` does with every input.
struct SeparationJob {
  std::vector<SourceModel> models;
  std::vector<LearntSource> learnt;
  std::optional<HpssOptions> hpss = {};          ///< instead of models and sources to learn
  std::optional<GroupingOptions> grouping = {};  ///< of components, of which `nmf` says how many
  std::shared_ptr<const Guide> guide = {};       ///< of the only input; or null
  std::shared_ptr<const MusicScore> score = {};  ///< of the only input; or null
  AnalysisFlags analysis;                        ///< counts where there is no model to say it
  Objective objective;
  NmfOptions nmf;
  SeparatorOptions separator;
  Excerpt excerpt;                    ///< of every input
  std::optional<RawFormat> raw = {};  ///< of what comes through stdin, if it has no header
  bool take_what_is_there = false;    ///< of inputs that are shorter than their headers say
  std::string save_model = {};        ///< a file for what is learnt of the only input; or empty
  bool describes_components = false;  ///< each source is one atom that nobody has named
  std::string command = {};           ///< for the record of what is saved
  std::vector<std::string> model_files = {};  ///< for reports
  Json about = {};                            ///< what --json tells beside the tracks, for reports
  /// For all inputs, where models say how they are analysed; made once, since large models take a
  /// while to prepare.
  std::shared_ptr<const Separator> shared = {};
};

/// The separator of mixtures at `sample_rate` (Hz). Throws InvalidArgument when the job's options
/// are invalid.
std::shared_ptr<const Separator> separator_for(const SeparationJob& job, int sample_rate);

/// Bytes that a separation of such a mixture takes, with all that large models are prepared to.
double memory_needed(const SeparationJob& job, const AudioInfo& mixture);

/// Separates the input of `plan`, writes its stems and answers its record. Throws FileError,
/// InvalidArgument, Cancelled; then no stem is there.
Json separate_track(const SeparationJob& job, const StemPlan& plan, Console& console);

}  // namespace nmfsep::cli
