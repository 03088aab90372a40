#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nmfsep/render/colour.hpp"

namespace nmfsep {

/// A picture of numbers by the 256 colours of a map.
struct Raster {
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
  ColourMap map = ColourMap::viridis;
  std::vector<std::uint8_t> values;  ///< row after row from above
};

/// A PNG with a palette; the same raster makes the same bytes, as far as zlib does. Throws
/// InvalidArgument unless the raster has pixels, 20000 a side at most, and as many values.
std::string png_of(const Raster& raster);

/// A PNG of pixels of any colours, row after row from above. Throws InvalidArgument as above.
std::string png_of(int width, int height, const std::vector<Colour>& pixels);

/// Bytes as text (RFC 4648), as data: addresses take them.
std::string base64(std::string_view bytes);

/// The bytes of that, with or without = at its end. Throws InvalidArgument for any other character,
/// and for a length that no bytes have.
std::string from_base64(std::string_view text);

}  // namespace nmfsep
