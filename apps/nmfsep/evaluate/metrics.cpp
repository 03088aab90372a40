#include "evaluate/metrics.hpp"

#include <algorithm>
#include <set>

#include "nmfsep/evaluation/energy_ratios.hpp"
#include "nmfsep/evaluation/stoi.hpp"

namespace nmfsep::cli {
namespace {

const std::map<std::string, Score BssScore::*> bss_metrics = {{"sdr", &BssScore::sdr},
                                                              {"isr", &BssScore::isr},
                                                              {"sir", &BssScore::sir},
                                                              {"sar", &BssScore::sar}};
const std::map<std::string, Score EnergyRatios::*> ratio_metrics = {
    {"snr", &EnergyRatios::snr},
    {"mdx_sdr", &EnergyRatios::mdx_sdr},
    {"si_sdr", &EnergyRatios::si_sdr},
    {"si_sir", &EnergyRatios::si_sir},
    {"si_sar", &EnergyRatios::si_sar}};
const std::map<std::string, StoiVariant> stoi_metrics = {{"stoi", StoiVariant::stoi},
                                                         {"estoi", StoiVariant::extended}};

const std::set<std::string> improvable = {"sdr", "sir", "snr", "mdx_sdr", "si_sdr", "si_sir"};

/// The scores of a track's sources while they are gathered.
class Scorer {
 public:
  Scorer(const TrackSignals& signals, const ScoreSettings& settings)
      : signals_(signals), settings_(settings), references_(pointers(signals.references)) {}

  EstimateScores score(const std::vector<SignalReader*>& estimates, bool permute) const {
    EstimateScores result{frames(estimates, permute), estimates, {}};
    if (!result.frames.empty())
      for (std::size_t j = 0; j < estimates.size(); ++j)
        result.estimates[j] = estimates[static_cast<std::size_t>(result.frames[0].permutation[j])];
    result.values.resize(references_.size());
    summarise_frames(result);
    add_ratios(result);
    add_intelligibility(result);
    return result;
  }

 private:
  std::vector<BssFrame> frames(const std::vector<SignalReader*>& estimates, bool permute) const {
    if (!wants_any(bss_metrics) && !permute) return {};
    BssEvalOptions options = settings_.bss;
    options.permute = permute;
    if (settings_.window > 0.0)
      options.framing = Framing{static_cast<Index>(settings_.window * signals_.sample_rate()),
                                settings_.hop * signals_.sample_rate()};
    return bss_eval(references_, estimates, options).frames;
  }

  void summarise_frames(EstimateScores& result) const {
    if (result.frames.empty()) return;
    for (std::size_t j = 0; j < result.values.size(); ++j)
      for (const auto& [name, member] : bss_metrics) {
        std::vector<Score> scores;
        for (const BssFrame& frame : result.frames) scores.push_back(frame.sources[j].*member);
        result.values[j][name] = summarise(scores, settings_.statistic);
      }
  }

  void add_ratios(EstimateScores& result) const {
    if (!wants_any(ratio_metrics)) return;
    const auto ratios = energy_ratios(references_, result.estimates);
    for (std::size_t j = 0; j < result.values.size(); ++j)
      for (const auto& [name, member] : ratio_metrics) result.values[j][name] = ratios[j].*member;
  }

  void add_intelligibility(EstimateScores& result) const {
    for (const auto& [name, variant] : stoi_metrics)
      for (std::size_t j = 0; settings_.wants(name) && j < result.values.size(); ++j)
        result.values[j][name] = stoi(whole(*references_[j]), whole(*result.estimates[j]),
                                      signals_.sample_rate(), variant);
  }

  template <typename Metrics>
  bool wants_any(const Metrics& metrics) const {
    return std::any_of(metrics.begin(), metrics.end(),
                       [&](const auto& metric) { return settings_.wants(metric.first); });
  }

  static Signal whole(SignalReader& reader) {
    reader.rewind();
    return reader.next(reader.samples());
  }

  const TrackSignals& signals_;
  const ScoreSettings& settings_;
  std::vector<SignalReader*> references_;
};

}  // namespace

bool ScoreSettings::wants(const std::string& metric) const {
  return std::find(metrics.begin(), metrics.end(), metric) != metrics.end();
}

const std::vector<std::string>& all_metrics() {
  static const std::vector<std::string> names = {
      "sdr", "isr", "sir", "sar", "snr", "mdx_sdr", "si_sdr", "si_sir", "si_sar", "stoi", "estoi"};
  return names;
}

bool is_improvable(const std::string& metric) { return improvable.count(metric) == 1; }

Score BssScore::*bss_metric(const std::string& metric) {
  const auto entry = bss_metrics.find(metric);
  return entry == bss_metrics.end() ? nullptr : entry->second;
}

EstimateScores score_estimates(const TrackSignals& signals,
                               const std::vector<SignalReader*>& estimates,
                               const ScoreSettings& settings, bool permute) {
  return Scorer(signals, settings).score(estimates, permute);
}

}  // namespace nmfsep::cli
