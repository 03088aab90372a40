#include "scoring/estimate_scores.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "nmfsep/evaluation/energy_ratios.hpp"
#include "nmfsep/evaluation/stoi.hpp"

namespace nmfsep {
namespace {

constexpr std::pair<Metric, Score EnergyRatios::*> ratio_metrics[] = {
    {Metric::snr, &EnergyRatios::snr},       {Metric::mdx_sdr, &EnergyRatios::mdx_sdr},
    {Metric::sd_sdr, &EnergyRatios::sd_sdr}, {Metric::srr, &EnergyRatios::srr},
    {Metric::si_sdr, &EnergyRatios::si_sdr}, {Metric::si_sir, &EnergyRatios::si_sir},
    {Metric::si_sar, &EnergyRatios::si_sar}};

constexpr std::pair<Metric, StoiVariant> stoi_metrics[] = {{Metric::stoi, StoiVariant::stoi},
                                                           {Metric::estoi, StoiVariant::extended}};

/// The scores of a track's sources while they are gathered.
class Scorer {
 public:
  Scorer(const TrackSignals& signals, const ScoreOptions& options)
      : signals_(signals), options_(options), references_(pointers(signals.references)) {}

  EstimateScores score(const std::vector<SignalReader*>& estimates, bool permute) const {
    EstimateScores result{frames(estimates, permute), {}, {}, {}};
    for (std::size_t j = 0; j < references_.size(); ++j) {
      result.assigned.push_back(permute ? static_cast<std::size_t>(result.frames[0].permutation[j])
                                        : j);
      result.estimates.push_back(estimates[result.assigned[j]]);
    }
    result.values.resize(references_.size());
    summarise_frames(result);
    add_ratios(result);
    add_intelligibility(result);
    return result;
  }

 private:
  std::vector<BssFrame> frames(const std::vector<SignalReader*>& estimates, bool permute) const {
    if (!options_.wants_frames()) return {};
    BssEvalOptions options = options_.bss;
    options.permute = permute;
    // As museval rounds them, which decides how many frames there are.
    const auto samples = [&](double seconds) {
      return static_cast<Index>(seconds * signals_.sample_rate());
    };
    if (options_.window > 0.0)
      options.framing =
          Framing{samples(options_.window), static_cast<double>(samples(options_.hop))};
    return bss_eval(references_, estimates, options).frames;
  }

  void summarise_frames(EstimateScores& result) const {
    for (const Metric metric : options_.metrics) {
      const auto member = bss_score(metric);
      if (member == nullptr) continue;
      for (std::size_t j = 0; j < result.values.size(); ++j) {
        std::vector<Score> scores;
        for (const BssFrame& frame : result.frames) scores.push_back(frame.sources[j].*member);
        result.values[j][metric] = summarise(scores, options_.statistic);
      }
    }
  }

  void add_ratios(EstimateScores& result) const {
    if (!std::any_of(std::begin(ratio_metrics), std::end(ratio_metrics),
                     [&](const auto& entry) { return options_.wants(entry.first); }))
      return;
    const auto ratios =
        energy_ratios(references_, result.estimates, {.zero_mean = options_.zero_mean});
    for (std::size_t j = 0; j < result.values.size(); ++j)
      for (const auto& [metric, member] : ratio_metrics)
        if (options_.wants(metric)) result.values[j][metric] = ratios[j].*member;
  }

  void add_intelligibility(EstimateScores& result) const {
    for (const auto& [metric, variant] : stoi_metrics)
      for (std::size_t j = 0; options_.wants(metric) && j < result.values.size(); ++j)
        result.values[j][metric] = stoi(whole(*references_[j]), whole(*result.estimates[j]),
                                        signals_.sample_rate(), variant);
  }

  static Signal whole(SignalReader& reader) {
    reader.rewind();
    return reader.next(reader.samples());
  }

  const TrackSignals& signals_;
  const ScoreOptions& options_;
  std::vector<SignalReader*> references_;
};

}  // namespace

EstimateScores score_estimates(const TrackSignals& signals,
                               const std::vector<SignalReader*>& estimates,
                               const ScoreOptions& options, bool permute) {
  return Scorer(signals, options).score(estimates, permute);
}

}  // namespace nmfsep
