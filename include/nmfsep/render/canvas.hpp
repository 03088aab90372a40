#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nmfsep/render/raster.hpp"

namespace nmfsep {

/// A place on a canvas, in pixels from its upper left corner.
struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;

  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

struct Stroke {
  Colour colour;
  double width = 1;  ///< pixels
};

enum class Anchor { start, middle, end };

struct TextStyle {
  Colour colour;
  Anchor anchor = Anchor::start;
  bool upright = false;  ///< turned by a quarter against the clock: it reads upwards
};

/// What figures are drawn on.
class Canvas {
 public:
  virtual ~Canvas() = default;
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  virtual void fill(const Box& box, Colour colour) = 0;
  virtual void line(const std::vector<Point>& points, const Stroke& stroke) = 0;
  /// `at` is on the line that the letters stand on. 13 pixels high.
  virtual void text(Point at, const std::string& text, const TextStyle& style) = 0;
  /// The raster, stretched to the box.
  virtual void image(const Box& box, const Raster& raster) = 0;

  /// The file, once all is drawn.
  virtual std::string bytes() const = 0;

 protected:
  Canvas() = default;
};

/// An SVG: text stays text, in the viewer's sans-serif font, and rasters are PNG inside.
std::unique_ptr<Canvas> make_svg_canvas(int width, int height);

/// A PNG. Letters beyond ASCII are boxes.
std::unique_ptr<Canvas> make_pixel_canvas(int width, int height);

/// `text` for XML and HTML, between tags and in quotes: nothing in it is markup. What is not UTF-8,
/// and control characters, are spelt as by `printable`.
std::string escape_markup(std::string_view text);

}  // namespace nmfsep
