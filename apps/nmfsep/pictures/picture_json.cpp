#include "pictures/picture_json.hpp"

#include <cmath>

namespace nmfsep::cli {
namespace {

/// To a hundredth, which no eye sees.
Json rounded(float value) { return std::round(100 * static_cast<double>(value)) / 100; }

Json to_json(const Axis& axis) {
  return {{"title", axis.title},
          {"low", axis.low},
          {"high", axis.high},
          {"scale", axis.logarithmic ? "log" : "linear"}};
}

Json to_json(const Extent& extent) { return Json::array({extent.low, extent.high}); }

Json to_json(const HeatMap& map) {
  Json rows = Json::array();
  for (Index row = 0; row < map.values.rows(); ++row) {
    Json values = Json::array();
    for (Index column = 0; column < map.values.cols(); ++column)
      values.push_back(rounded(map.values(row, column)));
    rows.push_back(std::move(values));
  }
  return {{"kind", "map"},
          {"title", map.title},
          {"x", to_json(map.x)},
          {"y", to_json(map.y)},
          {"colour", to_json(map.colour)},
          {"colours", to_string(map.map)},
          {"columns_from_to", to_json(map.columns)},
          {"rows_from_to", to_json(map.rows)},
          {"rows", std::move(rows)}};
}

Json to_json(const LineChart& chart) {
  Json lines = Json::array();
  for (const Line& line : chart.lines) {
    Json x = Json::array();
    Json y = Json::array();
    for (const Point& point : line.points) {
      x.push_back(number(point.x));
      y.push_back(number(point.y));
    }
    lines.push_back({{"name", line.name}, {"x", std::move(x)}, {"y", std::move(y)}});
  }
  return {{"kind", "lines"},
          {"title", chart.title},
          {"x", to_json(chart.x)},
          {"y", to_json(chart.y)},
          {"lines", std::move(lines)}};
}

}  // namespace

Json to_json(const Figure& figure) {
  Json panels = Json::array();
  for (const Panel& panel : figure.panels)
    panels.push_back(std::visit([](const auto& each) { return to_json(each); }, panel));
  return {{"format", "nmfsep-picture"}, {"version", 1}, {"panels", std::move(panels)}};
}

}  // namespace nmfsep::cli
