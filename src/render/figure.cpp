#include "nmfsep/render/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr double left_margin = 72;  // pixels
constexpr double right_margin = 92;
constexpr double top_margin = 30;
constexpr double bottom_margin = 46;
constexpr double bar_gap = 14;
constexpr double bar_width = 14;
constexpr double tick_length = 4;
constexpr double letters_middle = 4.5;  // of a line of text above the line they stand on

Box inner(const Figure& figure, std::size_t panel) {
  const double top = static_cast<double>(panel) * figure.panel_height;
  return {left_margin, top + top_margin, figure.width - left_margin - right_margin,
          figure.panel_height - top_margin - bottom_margin};
}

/// Draws one figure on one canvas.
class Artist {
 public:
  Artist(Canvas& canvas, const Theme& theme) : canvas_(canvas), theme_(theme) {}

  void draw(const HeatMap& map, const Box& box) {
    canvas_.text({box.left, box.top - 11}, map.title, {theme_.ink});
    canvas_.image(box, raster_of(map, std::lround(box.width), std::lround(box.height)));
    frame(box);
    x_axis(map.x, box, false);
    y_axis(map.y, box, false);
    bar(map, {box.right() + bar_gap, box.top, bar_width, box.height});
  }

  void draw(const LineChart& chart, const Box& box) {
    chart.x.validate();
    chart.y.validate();
    canvas_.text({box.left, box.top - 11}, chart.title, {theme_.ink});
    x_axis(chart.x, box, true);
    y_axis(chart.y, box, true);
    frame(box);
    for (std::size_t i = 0; i < chart.lines.size(); ++i) {
      const Colour colour = theme_.lines[i % theme_.lines.size()];
      line(chart, chart.lines[i], box, colour);
      if (chart.lines.size() > 1) legend(chart.lines[i].name, i, box, colour);
    }
  }

 private:
  void frame(const Box& box) {
    canvas_.line({{box.left, box.top},
                  {box.right(), box.top},
                  {box.right(), box.bottom()},
                  {box.left, box.bottom()},
                  {box.left, box.top}},
                 {theme_.ink});
  }

  void x_axis(const Axis& axis, const Box& box, bool grid) {
    for (const Tick& tick : axis.ticks(static_cast<int>(box.width / 70))) {
      const double x = box.left + axis.place_of(tick.value) * box.width;
      if (grid) canvas_.line({{x, box.top}, {x, box.bottom()}}, {theme_.grid});
      canvas_.line({{x, box.bottom()}, {x, box.bottom() + tick_length}}, {theme_.ink});
      canvas_.text({x, box.bottom() + 18}, tick.label, {theme_.ink, Anchor::middle});
    }
    canvas_.text({box.left + box.width / 2, box.bottom() + 36}, axis.title,
                 {theme_.ink, Anchor::middle});
  }

  void y_axis(const Axis& axis, const Box& box, bool grid) {
    for (const Tick& tick : axis.ticks(static_cast<int>(box.height / 24))) {
      const double y = box.bottom() - axis.place_of(tick.value) * box.height;
      if (grid) canvas_.line({{box.left, y}, {box.right(), y}}, {theme_.grid});
      canvas_.line({{box.left - tick_length, y}, {box.left, y}}, {theme_.ink});
      canvas_.text({box.left - 7, y + letters_middle}, tick.label, {theme_.ink, Anchor::end});
    }
    canvas_.text({18, box.top + box.height / 2}, axis.title, {theme_.ink, Anchor::middle, true});
  }

  void bar(const HeatMap& map, const Box& box) {
    Raster colours{1, 256, map.map, {}};
    for (int level = 255; level >= 0; --level)
      colours.values.push_back(static_cast<std::uint8_t>(level));
    canvas_.image(box, colours);
    frame(box);
    for (const Tick& tick : map.colour.ticks(static_cast<int>(box.height / 30))) {
      const double y = box.bottom() - map.colour.place_of(tick.value) * box.height;
      canvas_.line({{box.right(), y}, {box.right() + tick_length, y}}, {theme_.ink});
      canvas_.text({box.right() + 7, y + letters_middle}, tick.label, {theme_.ink});
    }
    canvas_.text({box.left, box.top - 11}, map.colour.title, {theme_.ink});
  }

  /// Parts beyond the axes are left out.
  void line(const LineChart& chart, const Line& line, const Box& box, Colour colour) {
    std::vector<Point> points;
    for (const Point& value : line.points) {
      const double x = chart.x.place_of(value.x);
      const double y = chart.y.place_of(value.y);
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      points.push_back({box.left + std::clamp(x, 0.0, 1.0) * box.width,
                        box.bottom() - std::clamp(y, 0.0, 1.0) * box.height});
    }
    if (points.size() > 1) canvas_.line(points, {colour, 2});
  }

  void legend(const std::string& name, std::size_t place, const Box& box, Colour colour) {
    const double y = box.top + 18 + 18 * static_cast<double>(place);
    canvas_.line({{box.right() - 34, y - 4.5}, {box.right() - 12, y - 4.5}}, {colour, 3});
    canvas_.text({box.right() - 40, y}, name, {theme_.ink, Anchor::end});
  }

  Canvas& canvas_;
  const Theme& theme_;
};

int height_of(const Figure& figure) {
  if (figure.panels.empty()) throw InvalidArgument("a figure without panels cannot be drawn");
  return static_cast<int>(figure.panels.size()) * figure.panel_height;
}

std::string drawn(const Figure& figure, Canvas& canvas) {
  canvas.fill({0, 0, static_cast<double>(figure.width), static_cast<double>(height_of(figure))},
              figure.theme.background);
  Artist artist(canvas, figure.theme);
  for (std::size_t i = 0; i < figure.panels.size(); ++i)
    std::visit([&](const auto& panel) { artist.draw(panel, inner(figure, i)); }, figure.panels[i]);
  return canvas.bytes();
}

}  // namespace

std::string svg_of(const Figure& figure) {
  return drawn(figure, *make_svg_canvas(figure.width, height_of(figure)));
}

std::string png_of(const Figure& figure) {
  return drawn(figure, *make_pixel_canvas(figure.width, height_of(figure)));
}

}  // namespace nmfsep
