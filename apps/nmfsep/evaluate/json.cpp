#include "evaluate/json.hpp"

#include <algorithm>

namespace nmfsep::cli {
namespace {

constexpr const char* improvement = "_improvement";

Json to_json(const Score& score) { return score ? number(*score) : Json(nullptr); }

Score score_of(const Json& value) {
  return value.is_number() ? Score(value.get<double>()) : Score();
}

std::string key_of(Metric metric) { return std::string(name_of(metric)); }

/// The metrics in the order of their columns, each with its improvement beside
/// it.
Json values_json(const Values& values, const Values& improvements,
                 const std::vector<Metric>& metrics) {
  Json result = Json::object();
  for (const Metric metric : metrics) {
    if (const auto entry = values.find(metric); entry != values.end())
      result[key_of(metric)] = to_json(entry->second);
    if (const auto entry = improvements.find(metric); entry != improvements.end())
      result[key_of(metric) + improvement] = to_json(entry->second);
  }
  return result;
}

Json frame_json(const FrameScores& frame, const std::vector<Metric>& metrics) {
  Json row = {{"time", frame.time}, {"duration", frame.duration}};
  for (const Metric metric : metrics)
    if (const auto member = bss_score(metric)) row[key_of(metric)] = to_json(frame.scores.*member);
  return row;
}

Json source_json(const SourceScores& source, const ScoreSettings& settings, TrackDetail detail) {
  const bool all = detail == TrackDetail::all;
  const std::vector<Metric>& metrics = settings.options.metrics;
  Json result = {{"name", source.name}};
  if (all || settings.assigns()) result["estimate"] = source.estimate;
  result.update(values_json(source.values, source.improvements, metrics));
  if (!source.frames.empty()) result["undefined_frames"] = source.undefined_frames;
  if (all || settings.frame_scores) {
    result["frames"] = Json::array();
    const auto frame_metrics =
        all ? std::vector<Metric>{Metric::sdr, Metric::isr, Metric::sir, Metric::sar} : metrics;
    for (const FrameScores& frame : source.frames) {
      result["frames"].push_back(frame_json(frame, frame_metrics));
      if (all) result["frames"].back()["silent"] = frame.scores.silent;
    }
  }
  for (const auto& [oracle, values] : source.oracles) {
    const auto gained = source.oracle_improvements.find(oracle);
    result["oracles"][std::string(name_of(oracle))] = values_json(
        values, gained == source.oracle_improvements.end() ? Values() : gained->second, metrics);
  }
  return result;
}

/// Of an object that `values_json` wrote, `suffix` behind the metrics' names.
Values values_of(const Json& object, const std::string& suffix) {
  Values values;
  for (const Metric metric : all_metrics())
    if (const auto entry = object.find(key_of(metric) + suffix); entry != object.end())
      values[metric] = score_of(*entry);
  return values;
}

SourceScores source_scores(const Json& json) {
  SourceScores source;
  source.name = json.at("name");
  source.estimate = json.at("estimate");
  source.values = values_of(json, "");
  source.improvements = values_of(json, improvement);
  source.undefined_frames = json.value("undefined_frames", Index{0});
  for (const Json& row : json.at("frames")) {
    FrameScores frame{row.at("time"), row.at("duration"), {}};
    for (const Metric metric : {Metric::sdr, Metric::isr, Metric::sir, Metric::sar})
      frame.scores.*bss_score(metric) = score_of(row.at(key_of(metric)));
    frame.scores.silent = row.at("silent");
    source.frames.push_back(frame);
  }
  const Json oracles = json.value("oracles", Json::object());  // must outlive its items
  for (const auto& [name, values] : oracles.items()) {
    const OracleMask oracle = oracle_named(name).value();
    source.oracles[oracle] = values_of(values, "");
    const Values gained = values_of(values, improvement);
    if (!gained.empty()) source.oracle_improvements[oracle] = gained;
  }
  return source;
}

Json summary_json(const Summary& summary, const ScoreSettings& settings) {
  const std::vector<Metric>& metrics = settings.options.metrics;
  Json result = values_json(summary.values, summary.improvements, metrics);
  for (const auto& [oracle, values] : summary.oracles)
    result["oracles"][std::string(name_of(oracle))] =
        values_json(values, summary.oracle_improvements.at(oracle), metrics);
  for (const Spread spread : settings.spread)
    result["spread"][std::string(name_of(spread))] =
        values_json(summary.spread.at(spread), summary.improvement_spread.at(spread), metrics);
  return result;
}

Json track_json(const TrackOutcome& track, const ScoreSettings& settings) {
  if (!track.scores) return {{"name", track.name}, {"error", track.error}};
  return to_json(*track.scores, settings, TrackDetail::as_asked);
}

}  // namespace

Json to_json(const ScoreSettings& settings) {
  const ScoreOptions& options = settings.options;
  const bool images = options.bss.criteria == BssCriteria::images;
  const bool shared = options.bss.filters == BssFilters::whole_signal;
  constexpr const char* alignments[] = {"refuse", "pad", "trim"};
  Json metrics = Json::array();
  for (const Metric metric : options.metrics) metrics.push_back(key_of(metric));
  Json oracles = Json::array();
  for (const OracleMask oracle : options.oracles) oracles.push_back(name_of(oracle));
  return {{"metrics", metrics},
          {"oracles", oracles},
          {"criteria", images ? "images" : "sources"},
          {"filters", shared ? "signal" : "frame"},
          {"filter_length", options.bss.filter_length},
          {"frame_seconds", options.window > 0.0 ? Json(options.window) : Json()},
          {"hop_seconds", options.window > 0.0 ? Json(options.hop) : Json()},
          {"permute", options.bss.permute},
          {"combine", settings.combine},
          {"undefined_together", options.bss.undefined_together},
          {"zero_mean", options.zero_mean},
          {"aggregate", options.statistic == Statistic::mean ? "mean" : "median"},
          {"align", alignments[static_cast<int>(settings.align)]},
          {"largest_score", largest_score}};
}

Json to_json(const TrackScores& track, const ScoreSettings& settings, TrackDetail detail) {
  Json result = {
      {"name", track.name}, {"seconds", track.seconds}, {"sample_rate", track.sample_rate}};
  if (track.reliability) {
    result["conditioning"] = number(track.reliability->conditioning);
    result["ill_conditioned"] = track.reliability->ill_conditioned;
    result["underdetermined"] = track.reliability->underdetermined;
    result["cut_from_whole"] = track.reliability->cut_from_whole;
  }
  if (settings.options.bss.permute) result["unassigned"] = track.unassigned;
  if (track.combination)
    result["combination"] = {{"greedy_sdr", number(track.combination->greedy)},
                             {"best_sdr", to_json(track.combination->best)}};
  Json sources = Json::array();
  for (const SourceScores& source : track.sources)
    sources.push_back(source_json(source, settings, detail));
  result["sources"] = sources;
  return result;
}

Json to_json(const Aggregate& aggregate, const ScoreSettings& settings) {
  Json sources = Json::array();
  for (const Summary& summary : aggregate.sources) {
    Json source = {{"name", summary.name}};
    source.update(summary_json(summary, settings));
    if (!summary.improvements.empty()) {
      source["gnsdr"] = to_json(summary.gnsdr);
      source["gsir"] = to_json(summary.gsir);
      source["gsar"] = to_json(summary.gsar);
    }
    sources.push_back(source);
  }
  return {{"statistic", aggregate.statistic == Statistic::median ? "median" : "mean"},
          {"tracks", aggregate.tracks},
          {"failed", std::size_t{0}},
          {"sources", sources},
          {"all", summary_json(aggregate.all, settings)}};
}

Json to_json(const Evaluation& evaluation) {
  Json tracks = Json::array();
  for (const TrackOutcome& track : evaluation.tracks)
    tracks.push_back(track_json(track, evaluation.settings));
  Json aggregate = to_json(evaluation.aggregate, evaluation.settings);
  aggregate["failed"] = evaluation.failed();
  return {{"format", "nmfsep-evaluation"},
          {"version", 1},
          {"settings", to_json(evaluation.settings)},
          {"tracks", tracks},
          {"aggregate", aggregate}};
}

TrackScores track_scores(const Json& json) {
  TrackScores track;
  track.name = json.at("name");
  track.seconds = json.at("seconds");
  track.sample_rate = json.at("sample_rate");
  if (json.contains("conditioning"))
    track.reliability = {score_of(json.at("conditioning")).value_or(0.0),
                         json.at("ill_conditioned"), json.at("underdetermined"),
                         json.at("cut_from_whole")};
  if (json.contains("unassigned")) track.unassigned = json.at("unassigned");
  if (json.contains("combination"))
    track.combination = {json.at("combination").at("greedy_sdr"),
                         score_of(json.at("combination").at("best_sdr"))};
  for (const Json& source : json.at("sources")) track.sources.push_back(source_scores(source));
  return track;
}

}  // namespace nmfsep::cli
