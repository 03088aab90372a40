#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nmfsep {

/// sRGB.
struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;

  friend bool operator==(const Colour&, const Colour&) = default;
};

/// "#rrggbb".
std::string to_string(Colour colour);

/// Maps of numbers to colours in which equal steps look equal, and lightness only rises: they stay
/// readable in grey and for the colour-blind.
enum class ColourMap {
  viridis,  ///< blue to yellow
  magma,    ///< black to cream; silence is dark
  grey,
};

/// "viridis", "magma" or "grey".
std::string to_string(ColourMap map);
/// The reverse. Throws InvalidArgument for another name.
ColourMap colour_map_from_string(std::string_view name);

/// From the lowest number to the highest.
std::array<Colour, 256> colours_of(ColourMap map);

/// What everything but the maps is drawn in.
struct Theme {
  Colour background;
  Colour ink;                 ///< of text and frames
  Colour grid;                ///< of lines that guide the eye
  std::vector<Colour> lines;  ///< of a chart, one after the other

  static Theme light();
  static Theme dark();
};

}  // namespace nmfsep
