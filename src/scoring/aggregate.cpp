#include "nmfsep/scoring/aggregate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace nmfsep {
namespace {

using Sources = std::vector<const SourceScores*>;

std::vector<double> defined(std::span<const Score> scores) {
  std::vector<double> values;
  for (const Score& score : scores)
    if (score) values.push_back(*score);
  std::sort(values.begin(), values.end());
  return values;
}

/// Between neighbours of `values`, which are sorted and not empty.
double quantile(const std::vector<double>& values, double fraction) {
  const double place = fraction * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Score deviation(const std::vector<double>& values) {
  if (values.size() < 2) return {};
  const double mean = mean_of(values);
  double sum = 0.0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

/// One statistic of every metric, over the values that `part` takes of each source.
template <typename Part, typename Reduce>
Values collect(const Sources& sources, const Part& part, const Reduce& reduce) {
  std::map<Metric, std::vector<Score>> scores;
  for (const SourceScores* source : sources)
    for (const auto& [metric, score] : part(*source)) scores[metric].push_back(score);
  Values result;
  for (const auto& [metric, list] : scores) result[metric] = reduce(list);
  return result;
}

/// What an oracle scored; nothing where it was not asked.
Values of_oracle(const std::map<OracleMask, Values>& oracles, OracleMask oracle) {
  const auto entry = oracles.find(oracle);
  return entry == oracles.end() ? Values() : entry->second;
}

void add_oracles(const Sources& sources, Statistic statistic, Summary& summary) {
  const auto reduce = [&](const auto& list) { return summarise(list, statistic); };
  for (const OracleMask oracle : all_oracles()) {
    const Values reached = collect(
        sources, [&](const auto& source) { return of_oracle(source.oracles, oracle); }, reduce);
    if (reached.empty()) continue;
    summary.oracles[oracle] = reached;
    summary.oracle_improvements[oracle] = collect(
        sources, [&](const auto& source) { return of_oracle(source.oracle_improvements, oracle); },
        reduce);
  }
}

Summary summary_of(const std::string& name, const Sources& sources,
                   const AggregateOptions& options) {
  const auto values = [](const SourceScores& source) { return source.values; };
  const auto improvements = [](const SourceScores& source) { return source.improvements; };
  const auto reduce = [&](const auto& list) { return summarise(list, options.statistic); };
  Summary summary;
  summary.name = name;
  summary.values = collect(sources, values, reduce);
  summary.improvements = collect(sources, improvements, reduce);
  add_oracles(sources, options.statistic, summary);
  for (const Spread spread : options.spread) {
    const auto spread_over = [&](const auto& list) { return spread_of(list, spread); };
    summary.spread[spread] = collect(sources, values, spread_over);
    summary.improvement_spread[spread] = collect(sources, improvements, spread_over);
  }
  return summary;
}

/// The mean over tracks, weighted by their lengths, of what `part` takes of the source.
template <typename Part>
Score weighted_mean(std::span<const TrackScores> tracks, const std::string& name,
                    const Part& part) {
  double sum = 0.0;
  double seconds = 0.0;
  for (const TrackScores& track : tracks)
    for (const SourceScores& source : track.sources) {
      if (source.name != name) continue;
      const Score score = part(source);
      if (!score) continue;
      sum += *score * track.seconds;
      seconds += track.seconds;
    }
  return seconds > 0.0 ? Score(sum / seconds) : Score();
}

Score value_of(const Values& values, Metric metric) {
  const auto entry = values.find(metric);
  return entry == values.end() ? Score() : entry->second;
}

void add_global_scores(std::span<const TrackScores> tracks, Summary& summary) {
  const auto mean = [&](const auto& part) { return weighted_mean(tracks, summary.name, part); };
  summary.gnsdr =
      mean([](const auto& source) { return value_of(source.improvements, Metric::sdr); });
  summary.gsir = mean([](const auto& source) { return value_of(source.values, Metric::sir); });
  summary.gsar = mean([](const auto& source) { return value_of(source.values, Metric::sar); });
}

}  // namespace

std::string_view name_of(Spread spread) {
  constexpr std::array<std::string_view, 7> names{
      "min", "lower_quartile", "median", "upper_quartile", "max", "mean", "std"};
  return names[static_cast<std::size_t>(spread)];
}

Score spread_of(std::span<const Score> scores, Spread spread) {
  const std::vector<double> values = defined(scores);
  if (values.empty()) return {};
  switch (spread) {
    case Spread::minimum:
      return values.front();
    case Spread::lower_quartile:
      return quantile(values, 0.25);
    case Spread::median:
      return quantile(values, 0.5);
    case Spread::upper_quartile:
      return quantile(values, 0.75);
    case Spread::maximum:
      return values.back();
    case Spread::mean:
      return mean_of(values);
    case Spread::deviation:
      return deviation(values);
  }
  return {};
}

Aggregate aggregate(std::span<const TrackScores> tracks, const AggregateOptions& options) {
  std::vector<std::string> names;
  std::map<std::string, Sources> by_name;
  Sources all;
  for (const TrackScores& track : tracks)
    for (const SourceScores& source : track.sources) {
      Sources& list = by_name[source.name];
      if (list.empty()) names.push_back(source.name);
      list.push_back(&source);
      all.push_back(&source);
    }
  Aggregate result;
  result.statistic = options.statistic;
  result.tracks = tracks.size();
  for (const std::string& name : names) {
    result.sources.push_back(summary_of(name, by_name[name], options));
    Summary& summary = result.sources.back();
    if (!summary.improvements.empty()) add_global_scores(tracks, summary);
  }
  result.all = summary_of("", all, options);
  return result;
}

}  // namespace nmfsep
