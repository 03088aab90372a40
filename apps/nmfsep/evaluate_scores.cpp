#include "evaluate_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "nmfsep/core/text.hpp"
#include "nmfsep/evaluation/energy_ratios.hpp"
#include "nmfsep/evaluation/lag.hpp"
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

/// What a mixture can be worse in than an estimate.
const std::set<std::string> improvable = {"sdr", "sir", "snr", "mdx_sdr", "si_sdr", "si_sir"};

using Values = std::map<std::string, Score>;  ///< by metric

/// The scores of a track's sources while they are gathered.
class TrackScores {
 public:
  TrackScores(TrackSignals& signals, const ScoreSettings& settings)
      : signals_(signals),
        settings_(settings),
        references_(pointers(signals.references)),
        estimates_(pointers(signals.estimates)) {}

  /// Scores `estimates`, one for each reference.
  std::vector<Values> values(const std::vector<SignalReader*>& estimates) const {
    std::vector<Values> result(references_.size());
    if (wants_any(ratio_metrics)) {
      const auto ratios = energy_ratios(references_, estimates);
      for (std::size_t j = 0; j < result.size(); ++j)
        for (const auto& [name, member] : ratio_metrics) result[j][name] = ratios[j].*member;
    }
    for (const auto& [name, variant] : stoi_metrics)
      for (std::size_t j = 0; settings_.wants(name) && j < result.size(); ++j)
        result[j][name] =
            stoi(whole(*references_[j]), whole(*estimates[j]), signals_.sample_rate(), variant);
    return result;
  }

  std::vector<BssFrame> bss_frames(const std::vector<SignalReader*>& estimates,
                                   bool permute) const {
    if (!wants_any(bss_metrics) && !permute) return {};
    BssEvalOptions options = settings_.bss;
    options.permute = permute;
    if (settings_.window > 0.0)
      options.framing = Framing{static_cast<Index>(settings_.window * signals_.sample_rate()),
                                settings_.hop * signals_.sample_rate()};
    return bss_eval(references_, estimates, options).frames;
  }

  const std::vector<SignalReader*>& estimates() const { return estimates_; }

  /// Adds to `values` what the frames say of each source.
  void summarise_frames(const std::vector<BssFrame>& frames, std::vector<Values>& values) const {
    if (frames.empty()) return;
    for (std::size_t j = 0; j < values.size(); ++j)
      for (const auto& [name, member] : bss_metrics) {
        std::vector<Score> scores;
        for (const BssFrame& frame : frames) scores.push_back(frame.sources[j].*member);
        values[j][name] = summarise(scores, settings_.statistic);
      }
  }

 private:
  template <typename Metrics>
  bool wants_any(const Metrics& metrics) const {
    return std::any_of(metrics.begin(), metrics.end(),
                       [&](const auto& metric) { return settings_.wants(metric.first); });
  }

  static Signal whole(SignalReader& reader) {
    reader.rewind();
    return reader.next(reader.samples());
  }

  TrackSignals& signals_;
  const ScoreSettings& settings_;
  std::vector<SignalReader*> references_;
  std::vector<SignalReader*> estimates_;
};

/// The mixture once for each reference, as if it were the estimate.
std::vector<std::unique_ptr<FileSignal>> mixtures(const TrackSignals& signals) {
  std::vector<std::unique_ptr<FileSignal>> copies;
  for (std::size_t j = 0; j < signals.references.size(); ++j) {
    copies.push_back(std::make_unique<FileSignal>(signals.mixture->path()));
    copies.back()->set_samples(signals.samples());
  }
  return copies;
}

Json frames_json(const std::vector<BssFrame>& frames, std::size_t j, const TrackSignals& signals,
                 const ScoreSettings& settings) {
  Json rows = Json::array();
  for (const BssFrame& frame : frames) {
    Json row = {{"time", static_cast<double>(frame.first) / signals.sample_rate()},
                {"duration", static_cast<double>(frame.samples) / signals.sample_rate()}};
    for (const std::string& metric : settings.metrics)
      if (const auto entry = bss_metrics.find(metric); entry != bss_metrics.end())
        row[metric] = to_json(frame.sources[j].*entry->second);
    rows.push_back(row);
  }
  return rows;
}

Index undefined_frames(const std::vector<BssFrame>& frames, std::size_t j) {
  return std::count_if(frames.begin(), frames.end(),
                       [&](const BssFrame& frame) { return !frame.sources[j].sdr; });
}

/// What a user should know of one track's scores.
class TrackWarnings {
 public:
  TrackWarnings(const std::string& track, Diagnostics& diagnostics)
      : track_(printable(track)), diagnostics_(diagnostics) {}

  void ill_conditioned(double conditioning) {
    warn("ill-conditioned",
         fmt::format("references are band-limited or linearly dependent (conditioning {:.1e}), so "
                     "SIR and SAR depend on rounding",
                     conditioning));
  }

  void underdetermined() {
    warn("underdetermined",
         "the filters have more unknowns than there are samples, so SIR and SAR are undefined; "
         "pass a smaller --filter-length");
  }

  void silence(const std::string& source, Index undefined, std::size_t frames) {
    if (undefined > 0)
      warn("silent-frames", fmt::format("{} of {} frames of '{}' are silent in the reference or "
                                        "estimate, and so undefined and left out",
                                        undefined, frames, printable(source)));
  }

  /// A shift in time ruins scores and is easily mended, so it is looked for where a score is bad.
  void lag(const std::string& source, SignalReader& reference, SignalReader& estimate) {
    constexpr Index largest_lag = 8192;
    const Lag lag = find_lag(reference, estimate, largest_lag);
    if (lag.correlation < 0.3 || lag.correlation < 1.5 * lag.correlation_at_0) return;
    warn("lag",
         fmt::format("the estimate of '{}' is {} samples too {} (correlation {:.2f} there, "
                     "{:.2f} without a shift)",
                     printable(source), std::abs(lag.samples), lag.samples > 0 ? "late" : "early",
                     lag.correlation, lag.correlation_at_0));
  }

 private:
  void warn(const char* code, const std::string& message) {
    diagnostics_.warn(code, fmt::format("'{}': {}", track_, message));
  }

  std::string track_;
  Diagnostics& diagnostics_;
};

/// What limits the trust in the scores, once for the track.
Json reliability_json(const std::vector<BssFrame>& frames, TrackWarnings& warnings) {
  Json result = Json::object();
  if (frames.empty()) return result;
  double conditioning = 1.0;
  bool ill_conditioned = false;
  bool underdetermined = false;
  for (const BssFrame& frame : frames) {
    conditioning = std::min(conditioning, frame.conditioning);
    ill_conditioned |= frame.ill_conditioned;
    underdetermined |= frame.underdetermined;
  }
  if (ill_conditioned) warnings.ill_conditioned(conditioning);
  if (underdetermined) warnings.underdetermined();
  return {{"conditioning", number(conditioning)},
          {"ill_conditioned", ill_conditioned},
          {"underdetermined", underdetermined}};
}

/// Whether a ratio in dB says that there is more distortion than signal.
bool scores_badly(const Values& values) {
  return std::any_of(values.begin(), values.end(), [](const auto& value) {
    return improvable.count(value.first) == 1 && value.second && *value.second < 0.0;
  });
}

/// The estimates in the order that the first frame found best.
std::vector<SignalReader*> permuted(const std::vector<SignalReader*>& estimates,
                                    const std::vector<BssFrame>& frames) {
  if (frames.empty()) return estimates;
  std::vector<SignalReader*> result;
  for (const Index i : frames.front().permutation)
    result.push_back(estimates[static_cast<std::size_t>(i)]);
  return result;
}

}  // namespace

bool ScoreSettings::wants(const std::string& metric) const {
  return std::find(metrics.begin(), metrics.end(), metric) != metrics.end();
}

const std::vector<std::string>& all_metrics() {
  static const std::vector<std::string> names = {
      "sdr", "isr", "sir", "sar", "snr", "mdx_sdr", "si_sdr", "si_sir", "si_sar", "stoi", "estoi"};
  return names;
}

Json score_track(const TrackPaths& track, const TrackRequest& request,
                 const ScoreSettings& settings, Diagnostics& diagnostics) {
  TrackSignals signals = open_track(track, request, settings.align);
  const TrackScores scores(signals, settings);
  const std::vector<BssFrame> frames = scores.bss_frames(scores.estimates(), settings.bss.permute);
  const std::vector<SignalReader*> estimates = permuted(scores.estimates(), frames);
  std::vector<Values> values = scores.values(estimates);
  scores.summarise_frames(frames, values);
  std::vector<Values> baseline;
  if (signals.mixture) {
    const auto copies = mixtures(signals);
    baseline = scores.values(pointers(copies));
    scores.summarise_frames(scores.bss_frames(pointers(copies), false), baseline);
  }

  Json result = {
      {"name", track.name}, {"seconds", signals.seconds()}, {"sample_rate", signals.sample_rate()}};
  TrackWarnings warnings(track.name, diagnostics);
  result.update(reliability_json(frames, warnings));
  result["sources"] = Json::array();
  for (std::size_t j = 0; j < values.size(); ++j) {
    Json source = {{"name", signals.names[j]}};
    if (settings.bss.permute)
      source["estimate"] = signals.names[static_cast<std::size_t>(frames[0].permutation[j])];
    for (const std::string& metric : settings.metrics) {
      const Score& score = values[j][metric];
      source[metric] = to_json(score);
      if (baseline.empty() || improvable.count(metric) == 0) continue;
      const Score& before = baseline[j][metric];
      source[metric + "_improvement"] =
          to_json(score && before ? Score(*score - *before) : Score());
    }
    if (scores_badly(values[j]))
      warnings.lag(signals.names[j], *signals.references[j], *estimates[j]);
    const Index undefined = undefined_frames(frames, j);
    warnings.silence(signals.names[j], undefined, frames.size());
    if (!frames.empty()) source["undefined_frames"] = undefined;
    if (settings.frames) source["frames"] = frames_json(frames, j, signals, settings);
    result["sources"].push_back(source);
  }
  return result;
}

Json to_json(const Score& score) { return score ? number(*score) : Json(nullptr); }

Score to_score(const Json& value) {
  return value.is_number() ? Score(value.get<double>()) : Score();
}

}  // namespace nmfsep::cli
