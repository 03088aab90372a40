#include "nmfsep/render/figure.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "render/pixels.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"

using namespace nmfsep;

namespace {

/// A gliding tone below a chart of two lines.
Figure small_figure() {
  HeatMap map;
  map.title = "A glide";
  map.values = Matrix::NullaryExpr(64, 80, [](Index row, Index column) {
    const float away = static_cast<float>(row) - 10 - 0.5F * static_cast<float>(column);
    return -0.5F * away * away;
  });
  map.rows = {0, 4000};
  map.columns = {0, 2};
  map.x = {"Time (s)", 0, 2, false, true};
  map.y = {"Frequency (Hz)", 0, 4000};
  map.colour = {"dB", -60, 0};
  LineChart chart{"Cost", {{"here", {}}, {"held out", {}}}, {"Update", 0, 50}, {"Cost", 0, 1}};
  for (int i = 0; i <= 50; ++i) {
    chart.lines[0].points.push_back({static_cast<double>(i), std::exp(-i / 10.0)});
    chart.lines[1].points.push_back({static_cast<double>(i), 0.2 + 0.8 * std::exp(-i / 8.0)});
  }
  Figure figure;
  figure.panels = {map, chart};
  figure.width = 400;
  figure.panel_height = 200;
  return figure;
}

}  // namespace

TEST_CASE("figures look like the ones that are kept") {
  const bool dark = GENERATE(false, true);
  Figure figure = small_figure();
  if (dark) figure.theme = Theme::dark();
  const std::string png = png_of(figure);
  CHECK(png == png_of(figure));
  const std::string name = dark ? "figure-dark.png" : "figure-light.png";
  const auto kept = test::project_folder() / "tests/render/pictures" / name;
  if (std::getenv("NMFSEP_KEEP_PICTURES") != nullptr) test::write_bytes(kept, png);
  // Rounding may differ from machine to machine; letters and lines may not.
  CHECK(test::difference(test::pixels_of(png), test::pixels_of(test::read_bytes(kept)), 8) < 0.005);
}

TEST_CASE("an SVG of the same figure has its words as text and its map as PNG") {
  const Figure figure = small_figure();
  const std::string svg = svg_of(figure);
  CHECK(svg == svg_of(figure));
  CHECK_THAT(svg, contains("width=\"400\" height=\"400\"") && contains(">A glide</text>"));
  CHECK_THAT(svg, contains(">Frequency (Hz)</text>") && contains(">held out</text>"));
  CHECK_THAT(svg, contains("href=\"data:image/png;base64,iVBORw0KGgo"));
}

TEST_CASE("no title is markup") {
  Figure figure = small_figure();
  std::get<HeatMap>(figure.panels[0]).title = "</text><script>alert('\"&')</script>\x1b[31m\xff";
  const std::string svg = svg_of(figure);
  CHECK(svg.find("<script") == std::string::npos);
  CHECK_THAT(svg, contains("&lt;/text&gt;&lt;script&gt;alert(&#39;&quot;&amp;&#39;)"));
  CHECK(svg.find('\x1b') == std::string::npos);
  CHECK(svg.find('\xff') == std::string::npos);
  CHECK_FALSE(png_of(figure).empty());
}

TEST_CASE("figures that cannot be drawn are refused") {
  CHECK_THROWS_AS(svg_of(Figure{}), InvalidArgument);
  Figure figure = small_figure();
  std::get<LineChart>(figure.panels[1]).y = {"Cost", 1, 1};
  CHECK_THROWS_WITH(png_of(figure), contains("axis 'Cost'"));
}
