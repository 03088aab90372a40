#include "evaluate/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "console/text_width.hpp"
#include "evaluate/columns.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

using Columns = std::vector<ScoreColumn>;
using Row = std::vector<std::string>;

const Values& improvements_of(const std::map<OracleMask, Values>& improvements, OracleMask oracle) {
  static const Values none;
  const auto entry = improvements.find(oracle);
  return entry == improvements.end() ? none : entry->second;
}

/// The table while it grows.
class Table {
 public:
  explicit Table(const Evaluation& evaluation)
      : columns_(columns_of(evaluation)), estimates_(evaluation.settings.assigns()) {
    names_ = estimates_ ? 3 : 2;
    rows_ = {{"track", "source"}};
    if (estimates_) rows_[0].push_back("estimate");
    for (const ScoreColumn& column : columns_) rows_[0].push_back(heading_of(column));
  }

  bool empty() const { return rows_.size() == 1; }

  void add(const std::string& first, const SourceScores& source) {
    add_row({first, printable(source.name), printable(source.estimate)}, source.values,
            source.improvements);
    add_oracles(first, source.oracles, source.oracle_improvements);
  }

  void add(const std::string& first, const Summary& summary) {
    const std::string name = summary.name.empty() ? "all" : printable(summary.name);
    add_row({first, name, ""}, summary.values, summary.improvements);
    add_oracles(first, summary.oracles, summary.oracle_improvements);
    for (const auto& [spread, values] : summary.spread)
      add_row({std::string(name_of(spread)), name, ""}, values,
              summary.improvement_spread.at(spread));
  }

  /// Columns as wide as they need, names left-aligned, the others
  /// right-aligned.
  std::string text() const {
    std::vector<std::size_t> widths(rows_[0].size(), 0);
    for (const Row& row : rows_)
      for (std::size_t c = 0; c < row.size(); ++c)
        widths[c] = std::max(widths[c], text_width(row[c]));
    std::string text;
    for (const Row& row : rows_) {
      std::string line;
      for (std::size_t c = 0; c < row.size(); ++c) {
        const std::string gap(widths[c] - text_width(row[c]), ' ');
        line += (c < names_ ? row[c] + gap : gap + row[c]) + "  ";
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

 private:
  void add_row(Row row, const Values& values, const Values& improvements) {
    row.resize(names_);
    for (const ScoreColumn& column : columns_) {
      const Score score = value_in(column, values, improvements);
      row.push_back(score ? fmt::format("{:.{}f}", *score, is_index(column.metric) ? 3 : 2) : "-");
    }
    rows_.push_back(row);
  }

  void add_oracles(const std::string& first, const std::map<OracleMask, Values>& oracles,
                   const std::map<OracleMask, Values>& improvements) {
    for (const auto& [oracle, values] : oracles)
      add_row({first, fmt::format("  {}", name_of(oracle)), ""}, values,
              improvements_of(improvements, oracle));
  }

  Columns columns_;
  bool estimates_;
  std::size_t names_ = 2;  ///< columns that hold names
  std::vector<Row> rows_;
};

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string escaped;
  for (const char c : text) escaped += c == '"' ? std::string("\"\"") : std::string(1, c);
  return fmt::format("\"{}\"", escaped);
}

/// The values of a CSV line, and its end.
std::string csv_values(const Columns& columns, const Values& values, const Values& improvements) {
  std::string line;
  for (const ScoreColumn& column : columns) {
    const Score score = value_in(column, values, improvements);
    line += score ? fmt::format(",{}", *score) : ",";
  }
  return line + "\r\n";
}

Values values_of(const BssScore& scores) {
  Values values;
  for (const Metric metric : all_metrics())
    if (const auto member = bss_score(metric)) values[metric] = scores.*member;
  return values;
}

/// The lines of CSV.
class Lines {
 public:
  explicit Lines(const Evaluation& evaluation)
      : settings_(evaluation.settings),
        columns_(columns_of(evaluation)),
        oracles_(!settings_.options.oracles.empty()) {
    text_ = "track,source,";
    if (settings_.assigns()) text_ += "estimate,";
    if (oracles_) text_ += "oracle,";
    text_ += "time,duration";
    for (const ScoreColumn& column : columns_) text_ += fmt::format(",{}", key_of(column));
    text_ += "\r\n";
  }

  void add(const TrackScores& track, const SourceScores& source) {
    std::string names = csv_field(track.name) + "," + csv_field(source.name) + ",";
    if (settings_.assigns()) names += csv_field(source.estimate) + ",";
    const std::string start = names + (oracles_ ? "," : "");
    text_ += start + "," + csv_values(columns_, source.values, source.improvements);
    for (const FrameScores& frame : source.frames)
      if (settings_.frame_scores)
        text_ += fmt::format("{}{},{}", start, frame.time, frame.duration) +
                 csv_values(columns_, values_of(frame.scores), {});
    for (const auto& [oracle, values] : source.oracles)
      text_ += names + std::string(name_of(oracle)) + ",," +
               csv_values(columns_, values, improvements_of(source.oracle_improvements, oracle));
  }

  std::string text() const { return text_; }

 private:
  const ScoreSettings& settings_;
  Columns columns_;
  bool oracles_;
  std::string text_;
};

/// A line a track on how components were given to references.
std::string combinations_of(const Evaluation& evaluation) {
  std::string text;
  for (const TrackOutcome& track : evaluation.tracks) {
    if (!track.scores || !track.scores->combination) continue;
    const CombinationScores& scores = *track.scores->combination;
    text += fmt::format("{}: components given to references reach a mean SDR of {:.2f} dB greedily",
                        printable(track.name), scores.greedy);
    text += scores.best ? fmt::format(", {:.2f} dB at best\n", *scores.best)
                        : "; there are too many ways to try them all\n";
  }
  return text;
}

}  // namespace

std::string table_of(const Evaluation& evaluation) {
  const Aggregate& aggregate = evaluation.aggregate;
  Table table(evaluation);
  for (const TrackOutcome& track : evaluation.tracks)
    if (track.scores)
      for (const SourceScores& source : track.scores->sources)
        table.add(printable(track.name), source);
  if (table.empty()) return "";
  const char* statistic = aggregate.statistic == Statistic::median ? "median" : "mean";
  const bool spread = !evaluation.settings.spread.empty();
  if (aggregate.tracks > 1)
    for (const Summary& source : aggregate.sources) table.add(statistic, source);
  if (aggregate.tracks > 1 || aggregate.sources.size() > 1 || spread)
    table.add(statistic, aggregate.all);
  return table.text() + combinations_of(evaluation);
}

std::string csv_of(const Evaluation& evaluation) {
  Lines lines(evaluation);
  for (const TrackOutcome& track : evaluation.tracks)
    if (track.scores)
      for (const SourceScores& source : track.scores->sources) lines.add(*track.scores, source);
  return lines.text();
}

}  // namespace nmfsep::cli
