#pragma once

#include <optional>
#include <vector>

#include "nmfsep/render/figure.hpp"

namespace nmfsep::cli {

/// The divergence after each look at it: `points` are updates and values. None where there is no
/// curve to draw.
std::optional<LineChart> cost_chart(const std::vector<Point>& points);

}  // namespace nmfsep::cli
