#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/text.hpp"
#include "nmfsep/render/canvas.hpp"

namespace nmfsep {
namespace {

class SvgCanvas final : public Canvas {
 public:
  SvgCanvas(int width, int height)
      : text_(fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
                          "viewBox=\"0 0 {0} {1}\" font-size=\"13\" "
                          "font-family=\"DejaVu Sans,system-ui,sans-serif\">\n",
                          width, height)) {}

  void fill(const Box& box, Colour colour) override {
    text_ += fmt::format("<rect {} fill=\"{}\"/>\n", place(box), to_string(colour));
  }

  void line(const std::vector<Point>& points, const Stroke& stroke) override {
    text_ += fmt::format(
        "<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\" "
        "points=\"",
        to_string(stroke.colour), stroke.width);
    for (const Point& point : points)
      text_ += fmt::format("{},{} ", number(point.x), number(point.y));
    text_.back() = '"';
    text_ += "/>\n";
  }

  void text(Point at, const std::string& text, const TextStyle& style) override {
    constexpr const char* anchors[] = {"start", "middle", "end"};
    const std::string x = number(at.x);
    const std::string y = number(at.y);
    text_ += fmt::format("<text x=\"{}\" y=\"{}\" fill=\"{}\" text-anchor=\"{}\"", x, y,
                         to_string(style.colour), anchors[static_cast<int>(style.anchor)]);
    if (style.upright) text_ += fmt::format(" transform=\"rotate(-90 {} {})\"", x, y);
    text_ += fmt::format(">{}</text>\n", escape_markup(text));
  }

  void image(const Box& box, const Raster& raster) override {
    text_ +=
        fmt::format("<image {} preserveAspectRatio=\"none\" href=\"data:image/png;base64,{}\"/>\n",
                    place(box), base64(png_of(raster)));
  }

  std::string bytes() const override { return fmt::format("{}</svg>\n", text_); }

 private:
  /// To a hundredth, whatever the locale.
  static std::string number(double value) {
    return fmt::format("{}", std::round(100 * value) / 100 + 0.0);
  }

  static std::string place(const Box& box) {
    return fmt::format("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", number(box.left),
                       number(box.top), number(box.width), number(box.height));
  }

  std::string text_;
};

}  // namespace

std::unique_ptr<Canvas> make_svg_canvas(int width, int height) {
  return std::make_unique<SvgCanvas>(width, height);
}

std::string escape_markup(std::string_view text) {
  // Bytes that are no UTF-8 come out of `printable` as \xNN, and so do control characters.
  std::string result;
  for (const char c : printable(text)) switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  return result;
}

}  // namespace nmfsep
