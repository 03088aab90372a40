#pragma once

#include <map>
#include <string>
#include <vector>

#include "nmfsep/core/diagnostics.hpp"
#include "nmfsep/evaluation/summary.hpp"
#include "nmfsep/scoring/metric.hpp"
#include "nmfsep/scoring/track_signals.hpp"

namespace nmfsep {

/// What to compute of each track.
struct ScoreOptions {
  std::vector<Metric> metrics = {Metric::sdr, Metric::sir, Metric::sar};  ///< order of the columns
  std::vector<OracleMask> oracles = {};     ///< to score beside the estimates
  BssEvalOptions bss = {};                  ///< without framing, which depends on the sample rate
  double window = 0.0;                      ///< seconds, 0 for the whole signal as one frame
  double hop = 0.0;                         ///< seconds
  Statistic statistic = Statistic::median;  ///< of frames, and then of tracks
  bool zero_mean = false;  ///< take the mean off all signals before sd_sdr, srr and si_…
  bool frames = false;     ///< score frames by BSS Eval though no metric needs them

  bool wants(Metric metric) const;
  /// Whether frames are scored by BSS Eval.
  bool wants_frames() const;

  /// Throws InvalidArgument for isr where criteria are those of sources, which have none, and as
  /// BssEvalOptions.
  void validate() const;
};

/// The settings of SiSEC 2018 and museval: version 4, images, frames of a second, medians.
ScoreOptions museval_options();

/// The settings of the music demixing challenge: mdx_sdr, means.
ScoreOptions mdx_options();

/// One frame of a source.
struct FrameScores {
  double time = 0.0;      ///< seconds where it starts
  double duration = 0.0;  ///< seconds
  BssScore scores;
};

struct SourceScores {
  std::string name;      ///< the reference's
  std::string estimate;  ///< the name of the one that was scored
  Values values;
  Values improvements;  ///< over the mixture; empty without one
  std::vector<FrameScores> frames;
  Index undefined_frames = 0;            ///< without an SDR
  std::map<OracleMask, Values> oracles;  ///< what masks made from the references reach
  std::map<OracleMask, Values> oracle_improvements;
};

/// How well components fit that were given to references: mean SDR without filters, in dB.
struct CombinationScores {
  double greedy = 0.0;
  Score best;  ///< of all ways; empty where these are too many to try
};

/// The scores of one track.
struct TrackScores {
  std::string name;
  double seconds = 0.0;
  int sample_rate = 0;
  std::vector<SourceScores> sources;             ///< in the order of the references
  std::vector<std::string> unassigned;           ///< estimates that were assigned to no reference
  std::optional<CombinationScores> combination;  ///< of combined estimates, else empty

  /// How far BSS Eval's scores can be trusted (see BssFrame), over all frames.
  struct Reliability {
    double conditioning = 1.0;
    bool ill_conditioned = false;
    bool underdetermined = false;
    bool cut_from_whole = false;
  };
  std::optional<Reliability> reliability;  ///< empty without BSS Eval
};

/// Scores the estimates of a track, which with options.bss.permute are assigned, as a rule against
/// files opened by `open_track`. Warnings go to `diagnostics`.
TrackScores score_track(const std::string& name, const TrackSignals& signals,
                        const ScoreOptions& options, Diagnostics& diagnostics);

}  // namespace nmfsep
