#pragma once

#include <string>
#include <variant>
#include <vector>

#include "nmfsep/core/types.hpp"
#include "nmfsep/render/axis.hpp"
#include "nmfsep/render/canvas.hpp"

namespace nmfsep {

/// From edge to edge.
struct Extent {
  double low = 0;
  double high = 1;
};

/// Numbers as colours over two axes.
struct HeatMap {
  std::string title;
  Matrix values;   ///< rows × columns, the lowest row first; finite
  Extent rows;     ///< on the vertical axis: where the first row begins and the last ends, evenly
  Extent columns;  ///< the same on the horizontal one
  Axis x;
  Axis y;
  Axis colour;  ///< the bar beside it; values beyond it get the colours of its ends
  ColourMap map = ColourMap::viridis;
  bool smooth = true;  ///< where a row is higher than a pixel, colours run from row to row
};

/// Numbers along a line.
struct Line {
  std::string name;
  std::vector<Point> points;  ///< values on the two axes
};

struct LineChart {
  std::string title;
  std::vector<Line> lines;
  Axis x;
  Axis y;
};

using Panel = std::variant<HeatMap, LineChart>;

/// One picture of panels below each other.
struct Figure {
  std::vector<Panel> panels;
  Theme theme = Theme::light();
  int width = 900;         ///< pixels
  int panel_height = 300;  ///< pixels, with title and axis
};

/// The pixels of a map alone, of this size: where several values fall on a pixel, the highest of
/// them. Throws InvalidArgument for what cannot be drawn.
Raster raster_of(const HeatMap& map, int width, int height);

/// The same figure makes the same bytes. Throws InvalidArgument for a figure without panels, axes
/// that cannot be, and maps without values.
std::string svg_of(const Figure& figure);
std::string png_of(const Figure& figure);

}  // namespace nmfsep
