#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/render/figure.hpp"

namespace nmfsep {
namespace {

/// What a pixel shows along one axis: the values from `first` up to `last` and the latter's
/// neighbour for a share of `part`; none where `first` is beyond `last`.
struct Span {
  Index first = 0;
  Index last = -1;
  float part = 0;

  bool is_empty() const { return first > last; }
};

/// Of pixel `pixel` of `pixels`, counted from the axis's low end.
Span span_of(int pixel, int pixels, const Axis& axis, const Extent& extent, Index values) {
  const auto place = [&](double along) {
    const double value = axis.value_at(along / pixels);
    return (value - extent.low) / (extent.high - extent.low) * static_cast<double>(values);
  };
  const double begin = place(pixel);
  const double end = place(pixel + 1);
  const double middle = place(pixel + 0.5);
  const auto count = static_cast<double>(values);
  if (middle < 0 || middle >= count) return {};
  if (end - begin > 1)
    return {static_cast<Index>(std::clamp(std::floor(begin), 0.0, count - 1)),
            static_cast<Index>(std::clamp(std::ceil(end) - 1, 0.0, count - 1))};
  const double at = std::clamp(middle - 0.5, 0.0, count - 1);
  const auto first = static_cast<Index>(at);
  return {first, first, static_cast<float>(at - static_cast<double>(first))};
}

/// Without a share of the neighbour.
Span nearest(Span span) {
  if (span.part >= 0.5F) span.first = ++span.last;
  span.part = 0;
  return span;
}

float highest(const HeatMap& map, const Span& rows, const Span& columns) {
  const auto over = [&](Index row) {
    return map.values.row(row).segment(columns.first, columns.last - columns.first + 1).maxCoeff();
  };
  float value = over(rows.first);
  for (Index row = rows.first + 1; row <= rows.last; ++row) value = std::max(value, over(row));
  if (rows.part == 0 || rows.last + 1 >= map.values.rows()) return value;
  return (1 - rows.part) * value + rows.part * over(rows.last + 1);
}

}  // namespace

Raster raster_of(const HeatMap& map, int width, int height) {
  map.x.validate();
  map.y.validate();
  map.colour.validate();
  if (map.values.size() == 0 || !map.values.allFinite())
    throw InvalidArgument(fmt::format("a map of '{}' needs values, all of them finite", map.title));
  Raster raster{width, height, map.map, {}};
  raster.values.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  std::vector<Span> columns;
  for (int x = 0; x < width; ++x)
    columns.push_back(nearest(span_of(x, width, map.x, map.columns, map.values.cols())));
  for (int y = 0; y < height; ++y) {
    Span rows = span_of(height - 1 - y, height, map.y, map.rows, map.values.rows());
    if (!map.smooth) rows = nearest(rows);
    for (const Span& span : columns) {
      const double value = rows.is_empty() || span.is_empty()
                               ? map.colour.low
                               : static_cast<double>(highest(map, rows, span));
      const double place = std::clamp(map.colour.place_of(value), 0.0, 1.0);
      raster.values.push_back(static_cast<std::uint8_t>(std::lround(255 * place)));
    }
  }
  return raster;
}

}  // namespace nmfsep
