#include <algorithm>
#include <cmath>

#include "nmfsep/render/canvas.hpp"
#include "render/font_table.hpp"

namespace nmfsep {
namespace {

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

/// A letter's pixels in the table.
struct Letter {
  int width = 0;
  std::size_t first = 0;
};

constexpr Letter no_letter{9, std::string_view::npos};  ///< drawn as a box

std::vector<Letter> letters() {
  std::vector<Letter> result;
  std::size_t first = 0;
  for (const char c : letter_widths) {
    result.push_back({digit(c), first});
    first += static_cast<std::size_t>(digit(c) * letter_height);
  }
  return result;
}

/// 0 to 1.
float coverage(const Letter& letter, int x, int y) {
  if (letter.first != std::string_view::npos)
    return static_cast<float>(digit(
               letter_pixels[letter.first + static_cast<std::size_t>(y * letter.width + x)])) /
           15;
  const bool inside = x >= 1 && x <= 7 && y >= 4 && y <= 12;
  return inside && (x == 1 || x == 7 || y == 4 || y == 12) ? 1.0F : 0.0F;
}

double distance(Point p, Point a, Point b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length = dx * dx + dy * dy;
  const double along =
      length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0.0;
  return std::hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}

class PixelCanvas final : public Canvas {
 public:
  PixelCanvas(int width, int height)
      : width_(width),
        height_(height),
        pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)),
        letters_(letters()) {}

  void fill(const Box& box, Colour colour) override {
    for (int y = from(box.top); y < to(box.bottom(), height_); ++y)
      for (int x = from(box.left); x < to(box.right(), width_); ++x) at(x, y) = colour;
  }

  void line(const std::vector<Point>& points, const Stroke& stroke) override {
    std::vector<float> cover(pixels_.size(), 0.0F);
    for (std::size_t i = 1; i < points.size(); ++i)
      add_segment(points[i - 1], points[i], stroke.width, cover);
    for (std::size_t i = 0; i < cover.size(); ++i)
      if (cover[i] > 0) blend(pixels_[i], stroke.colour, cover[i]);
  }

  void text(Point place, const std::string& text, const TextStyle& style) override {
    const std::vector<Letter> word = letters_of(text);
    int length = 0;
    for (const Letter& letter : word) length += letter.width;
    int along = style.anchor == Anchor::start ? 0
                : style.anchor == Anchor::end ? -length
                                              : -length / 2;
    const int x0 = static_cast<int>(std::lround(place.x));
    const int y0 = static_cast<int>(std::lround(place.y));
    for (const Letter& letter : word) {
      for (int y = 0; y < letter_height; ++y)
        for (int x = 0; x < letter.width; ++x) {
          const int across = y - letter_baseline;
          const int column = style.upright ? x0 + across : x0 + along + x;
          const int row = style.upright ? y0 - along - x : y0 + across;
          if (column >= 0 && column < width_ && row >= 0 && row < height_)
            blend(at(column, row), style.colour, coverage(letter, x, y));
        }
      along += letter.width;
    }
  }

  void image(const Box& box, const Raster& raster) override {
    const std::array<Colour, 256> colours = colours_of(raster.map);
    for (int y = from(box.top); y < to(box.bottom(), height_); ++y)
      for (int x = from(box.left); x < to(box.right(), width_); ++x) {
        const int column = pixel_at(x - box.left, box.width, raster.width);
        const int row = pixel_at(y - box.top, box.height, raster.height);
        at(x, y) = colours[raster.values[static_cast<std::size_t>(row * raster.width + column)]];
      }
  }

  std::string bytes() const override { return png_of(width_, height_, pixels_); }

 private:
  static int from(double edge) { return std::max(0, static_cast<int>(std::lround(edge))); }
  static int to(double edge, int most) {
    return std::min(most, static_cast<int>(std::lround(edge)));
  }
  static int pixel_at(double along, double length, int pixels) {
    return std::clamp(static_cast<int>((along + 0.5) / length * pixels), 0, pixels - 1);
  }

  Colour& at(int x, int y) { return pixels_[static_cast<std::size_t>(y * width_ + x)]; }

  static void blend(Colour& below, Colour above, float cover) {
    const auto mix = [&](std::uint8_t a, std::uint8_t b) {
      return static_cast<std::uint8_t>(
          std::lround(static_cast<float>(a) + cover * static_cast<float>(b - a)));
    };
    below = {mix(below.red, above.red), mix(below.green, above.green), mix(below.blue, above.blue)};
  }

  void add_segment(Point a, Point b, double width, std::vector<float>& cover) const {
    const double reach = width / 2 + 1;
    for (int y = from(std::min(a.y, b.y) - reach); y < to(std::max(a.y, b.y) + reach, height_); ++y)
      for (int x = from(std::min(a.x, b.x) - reach); x < to(std::max(a.x, b.x) + reach, width_);
           ++x) {
        const double away = distance({x + 0.5, y + 0.5}, a, b);
        float& most = cover[static_cast<std::size_t>(y * width_ + x)];
        most = std::max(most, static_cast<float>(std::clamp(width / 2 + 0.5 - away, 0.0, 1.0)));
      }
  }

  /// A letter a character; those beyond ASCII are boxes.
  std::vector<Letter> letters_of(const std::string& text) const {
    std::vector<Letter> word;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x80 && byte < 0xC0) continue;  // goes on with a character
      const bool known = byte >= 0x20 && byte < 0x7F;
      word.push_back(known ? letters_[byte - 0x20U] : no_letter);
    }
    return word;
  }

  int width_;
  int height_;
  std::vector<Colour> pixels_;
  std::vector<Letter> letters_;
};

}  // namespace

std::unique_ptr<Canvas> make_pixel_canvas(int width, int height) {
  return std::make_unique<PixelCanvas>(width, height);
}

}  // namespace nmfsep
