#include "pictures/cost_picture.hpp"

#include <algorithm>

namespace nmfsep::cli {

std::optional<LineChart> cost_chart(const std::vector<Point>& points) {
  double highest = 0;
  for (const Point& point : points) highest = std::max(highest, point.y);
  if (points.size() < 2 || points.front().x >= points.back().x || highest <= 0) return std::nullopt;
  return LineChart{"",
                   {{"divergence", points}},
                   {"Update", points.front().x, points.back().x},
                   {"Divergence", 0, highest}};
}

}  // namespace nmfsep::cli
