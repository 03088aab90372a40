// libpng's simplified interface: it takes rows from the top, asks for the size first when it writes
// to memory, and tells faults by return values with a text in its struct.
#include <fmt/format.h>
#include <png.h>

#include <array>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/render/raster.hpp"

namespace nmfsep {
namespace {

constexpr int most_side = 20000;

void validate(int width, int height, std::size_t values) {
  if (width < 1 || height < 1 || width > most_side || height > most_side)
    throw InvalidArgument(
        fmt::format("picture of {} × {} pixels, must be 1 to {} a side", width, height, most_side));
  if (values != static_cast<std::size_t>(width) * static_cast<std::size_t>(height))
    throw InvalidArgument(
        fmt::format("{} values for {} × {} pixels, must be one each", values, width, height));
}

/// `colours` is the palette of a format with one, else null.
std::string encoded(png_image image, const void* pixels, const void* colours) {
  png_alloc_size_t size = 0;
  if (png_image_write_to_memory(&image, nullptr, &size, 0, pixels, 0, colours) == 0)
    throw Error(fmt::format("PNG: {}", image.message));
  std::string bytes(size, '\0');
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels, 0, colours) == 0)
    throw Error(fmt::format("PNG: {}", image.message));
  bytes.resize(size);
  return bytes;
}

png_image image_of(int width, int height, png_uint_32 format) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = format;
  return image;
}

}  // namespace

std::string png_of(const Raster& raster) {
  validate(raster.width, raster.height, raster.values.size());
  std::array<std::uint8_t, 3 * 256> palette;
  const std::array<Colour, 256> colours = colours_of(raster.map);
  for (std::size_t i = 0; i < colours.size(); ++i) {
    palette[3 * i] = colours[i].red;
    palette[3 * i + 1] = colours[i].green;
    palette[3 * i + 2] = colours[i].blue;
  }
  png_image image = image_of(raster.width, raster.height, PNG_FORMAT_RGB_COLORMAP);
  image.colormap_entries = 256;
  return encoded(image, raster.values.data(), palette.data());
}

std::string png_of(int width, int height, const std::vector<Colour>& pixels) {
  validate(width, height, pixels.size());
  std::vector<std::uint8_t> bytes;
  bytes.reserve(3 * pixels.size());
  for (const Colour& pixel : pixels)
    bytes.insert(bytes.end(), {pixel.red, pixel.green, pixel.blue});
  return encoded(image_of(width, height, PNG_FORMAT_RGB), bytes.data(), nullptr);
}

}  // namespace nmfsep
