#include "evaluate/columns.hpp"

#include <algorithm>

namespace nmfsep::cli {

std::vector<ScoreColumn> columns_of(const Evaluation& evaluation) {
  std::vector<ScoreColumn> columns;
  for (const Metric metric : evaluation.settings.options.metrics)
    columns.push_back({metric, false});
  const std::size_t metrics = columns.size();
  for (std::size_t c = 0; c < metrics; ++c)
    if (evaluation.aggregate.all.improvements.count(columns[c].metric) > 0)
      columns.push_back({columns[c].metric, true});
  return columns;
}

std::string heading_of(const ScoreColumn& column) {
  std::string text(name_of(column.metric));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c == '_' ? '-' : static_cast<char>(c >= 'a' ? c - 32 : c); });
  return column.improvement ? text + "i" : text;
}

std::string key_of(const ScoreColumn& column) {
  return std::string(name_of(column.metric)) + (column.improvement ? "_improvement" : "");
}

Score value_in(const ScoreColumn& column, const Values& values, const Values& improvements) {
  const Values& from = column.improvement ? improvements : values;
  const auto entry = from.find(column.metric);
  return entry == from.end() ? Score() : entry->second;
}

}  // namespace nmfsep::cli
