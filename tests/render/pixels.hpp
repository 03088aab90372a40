#pragma once

#include <png.h>

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace nmfsep::test {

/// A PNG as libpng reads it: red, green, blue a pixel, row after row from above.
struct Pixels {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> values;

  const std::uint8_t* at(int x, int y) const {
    return &values[static_cast<std::size_t>(3 * (y * width + x))];
  }
};

inline Pixels pixels_of(const std::string& png) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0)
    throw std::runtime_error(image.message);
  image.format = PNG_FORMAT_RGB;
  Pixels pixels{static_cast<int>(image.width), static_cast<int>(image.height), {}};
  pixels.values.resize(PNG_IMAGE_SIZE(image));
  if (png_image_finish_read(&image, nullptr, pixels.values.data(), 0, nullptr) == 0)
    throw std::runtime_error(image.message);
  return pixels;
}

/// The part of the pixels, 0 to 1, of which a colour differs by more than `tolerance` of 255; 1
/// where the sizes differ.
inline double difference(const Pixels& a, const Pixels& b, int tolerance) {
  if (a.width != b.width || a.height != b.height) return 1;
  std::size_t different = 0;
  for (std::size_t i = 0; i < a.values.size(); i += 3) {
    bool far = false;
    for (std::size_t c = i; c < i + 3; ++c)
      far = far || std::abs(a.values[c] - b.values[c]) > tolerance;
    if (far) ++different;
  }
  return 3.0 * static_cast<double>(different) / static_cast<double>(a.values.size());
}

}  // namespace nmfsep::test
