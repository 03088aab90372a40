#include "evaluate/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "evaluate/scores.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

/// Calls `visit(track, source)` for every scored source.
template <typename Visit>
void for_each_source(const Json& tracks, const Visit& visit) {
  for (const Json& track : tracks)
    if (track.contains("sources"))
      for (const Json& source : track["sources"]) visit(track, source);
}

using Columns = std::vector<std::string>;

struct NamedScores {
  std::string name;
  const Json* scores;
};

/// What a source's oracles score, by their names; empty where there are none.
std::vector<NamedScores> oracles_of(const Json& source) {
  std::vector<NamedScores> result;
  if (const auto entry = source.find("oracles"); entry != source.end())
    for (const auto& [name, scores] : entry->items()) result.push_back({name, &scores});
  return result;
}

Json summary(const std::vector<const Json*>& sources, const Columns& columns, Statistic statistic) {
  Json result = Json::object();
  for (const std::string& column : columns) {
    std::vector<Score> scores;
    for (const Json* source : sources) scores.push_back(to_score(source->value(column, Json())));
    result[column] = to_json(summarise(scores, statistic));
  }
  return result;
}

/// The summary, with that of each oracle.
Json full_summary(const std::vector<const Json*>& sources, const Columns& columns,
                  Statistic statistic) {
  Json result = summary(sources, columns, statistic);
  std::map<std::string, std::vector<const Json*>> by_oracle;
  for (const Json* source : sources)
    for (const auto& [name, scores] : oracles_of(*source)) by_oracle[name].push_back(scores);
  for (const auto& [name, scores] : by_oracle)
    result["oracles"][name] = summary(scores, columns, statistic);
  return result;
}

/// Mean of a value over tracks, weighted by their lengths.
Score weighted_mean(const Json& tracks, const std::string& name, const std::string& key) {
  double sum = 0.0;
  double seconds = 0.0;
  for_each_source(tracks, [&](const Json& track, const Json& source) {
    const Score score = to_score(source.value(key, Json()));
    if (source["name"] != name || !score) return;
    sum += *score * track["seconds"].get<double>();
    seconds += track["seconds"].get<double>();
  });
  return seconds > 0.0 ? Score(sum / seconds) : Score();
}

/// Improvement of SDR, and SIR and SAR as they are, over the tracks (Ozerov et al., 2007; MIREX).
void add_global_scores(const Json& tracks, Json& source) {
  const std::string name = source["name"];
  source["gnsdr"] = to_json(weighted_mean(tracks, name, "sdr_improvement"));
  source["gsir"] = to_json(weighted_mean(tracks, name, "sir"));
  source["gsar"] = to_json(weighted_mean(tracks, name, "sar"));
}

std::string heading(const std::string& column) {
  std::string text = column;
  const std::string suffix = "_improvement";
  const bool improvement = text.size() > suffix.size() && text.ends_with(suffix);
  if (improvement) text.erase(text.size() - suffix.size());
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c == '_' ? '-' : static_cast<char>(c >= 'a' ? c - 32 : c); });
  return improvement ? text + "i" : text;
}

using Rows = std::vector<std::vector<std::string>>;

/// Columns as wide as they need, the first two left-aligned, the others right-aligned.
std::string aligned(const Rows& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c)
      line += c < 2 ? fmt::format("{:<{}}  ", row[c], widths[c])
                    : fmt::format("{:>{}}  ", row[c], widths[c]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::vector<std::string> cells(const std::string& first, const NamedScores& row,
                               const Columns& columns) {
  std::vector<std::string> line = {first, row.name};
  for (const std::string& column : columns) {
    const Score score = to_score(row.scores->value(column, Json()));
    const bool index = column.find("stoi") != std::string::npos;
    line.push_back(score ? fmt::format("{:.{}f}", *score, index ? 3 : 2) : "-");
  }
  return line;
}

/// A source's row, and below it those of its oracles.
void add_rows(const std::string& first, const Json& source, const Columns& columns, Rows& rows) {
  rows.push_back(cells(first, {printable(source.value("name", "all")), &source}, columns));
  for (const auto& [name, scores] : oracles_of(source))
    rows.push_back(cells(first, {"  " + name, scores}, columns));
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string escaped;
  for (const char c : text) escaped += c == '"' ? std::string("\"\"") : std::string(1, c);
  return fmt::format("\"{}\"", escaped);
}

/// The values of a CSV line, and its end.
std::string csv_values(const Json& values, const Columns& columns) {
  std::string line;
  for (const std::string& column : columns) {
    const Score score = to_score(values.value(column, Json()));
    line += score ? fmt::format(",{}", *score) : ",";
  }
  return line + "\r\n";
}

bool has_oracles(const Json& tracks) {
  bool found = false;
  for_each_source(tracks,
                  [&](const Json&, const Json& source) { found |= source.contains("oracles"); });
  return found;
}

}  // namespace

std::vector<std::string> columns_of(const Json& tracks, const std::vector<std::string>& metrics) {
  std::vector<std::string> columns = metrics;
  for (const std::string& metric : metrics) {
    bool improved = false;
    for_each_source(tracks, [&](const Json&, const Json& source) {
      improved |= source.contains(metric + "_improvement");
    });
    if (improved) columns.push_back(metric + "_improvement");
  }
  return columns;
}

Json aggregate_scores(const Json& tracks, const std::vector<std::string>& metrics,
                      Statistic statistic) {
  const Columns columns = columns_of(tracks, metrics);
  std::vector<std::string> names;
  std::map<std::string, std::vector<const Json*>> by_name;
  std::vector<const Json*> all;
  std::size_t scored = 0;
  for (const Json& track : tracks) scored += track.contains("sources") ? 1 : 0;
  for_each_source(tracks, [&](const Json&, const Json& source) {
    auto& list = by_name[source["name"]];
    if (list.empty()) names.push_back(source["name"]);
    list.push_back(&source);
    all.push_back(&source);
  });
  Json sources = Json::array();
  for (const std::string& name : names) {
    Json source = {{"name", name}};
    source.update(full_summary(by_name[name], columns, statistic));
    if (columns.size() > metrics.size()) add_global_scores(tracks, source);
    sources.push_back(source);
  }
  return {{"statistic", statistic == Statistic::median ? "median" : "mean"},
          {"tracks", scored},
          {"failed", tracks.size() - scored},
          {"sources", sources},
          {"all", full_summary(all, columns, statistic)}};
}

std::string table_of(const Json& tracks, const Json& aggregate,
                     const std::vector<std::string>& metrics) {
  const Columns columns = columns_of(tracks, metrics);
  Rows rows = {{"track", "source"}};
  for (const std::string& column : columns) rows[0].push_back(heading(column));
  for_each_source(tracks, [&](const Json& track, const Json& source) {
    add_rows(printable(track["name"].get<std::string>()), source, columns, rows);
  });
  if (rows.size() == 1) return "";
  const std::string statistic = aggregate["statistic"];
  if (aggregate["tracks"] > 1)
    for (const Json& source : aggregate["sources"]) add_rows(statistic, source, columns, rows);
  if (aggregate["tracks"] > 1 || aggregate["sources"].size() > 1)
    add_rows(statistic, aggregate["all"], columns, rows);
  return aligned(rows);
}

std::string csv_of(const Json& tracks, const std::vector<std::string>& metrics) {
  const Columns columns = columns_of(tracks, metrics);
  const bool oracles = has_oracles(tracks);
  std::string text = fmt::format("track,source,{}time,duration", oracles ? "oracle," : "");
  for (const std::string& column : columns) text += "," + column;
  text += "\r\n";
  for_each_source(tracks, [&](const Json& track, const Json& source) {
    const std::string names = csv_field(track["name"]) + "," + csv_field(source["name"]);
    const std::string start = names + (oracles ? "," : "");
    text += start + ",," + csv_values(source, columns);
    if (source.contains("frames"))
      for (const Json& frame : source["frames"])
        text += fmt::format("{},{},{}", start, frame["time"].get<double>(),
                            frame["duration"].get<double>()) +
                csv_values(frame, columns);
    for (const auto& [name, scores] : oracles_of(source))
      text += names + "," + name + ",," + csv_values(*scores, columns);
  });
  return text;
}

}  // namespace nmfsep::cli
