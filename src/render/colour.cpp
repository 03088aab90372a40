#include "nmfsep/render/colour.hpp"

#include <fmt/format.h>

#include <charconv>

#include "nmfsep/core/errors.hpp"
#include "render/colour_tables.hpp"

namespace nmfsep {
namespace {

std::array<Colour, 256> colours_from(std::string_view table) {
  std::array<Colour, 256> colours;
  for (std::size_t i = 0; i < colours.size(); ++i) {
    unsigned value = 0;
    std::from_chars(table.data() + 6 * i, table.data() + 6 * i + 6, value, 16);
    colours[i] = {static_cast<std::uint8_t>(value >> 16U), static_cast<std::uint8_t>(value >> 8U),
                  static_cast<std::uint8_t>(value)};
  }
  return colours;
}

/// Those that the colour-blind tell apart (Okabe & Ito, 2008), the first darker or lighter as the
/// background wants it.
std::vector<Colour> line_colours(Colour first) {
  return {first, {213, 94, 0}, {0, 158, 115}, {204, 121, 167}, {230, 159, 0}, {86, 180, 233}};
}

}  // namespace

std::string to_string(Colour colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

std::string to_string(ColourMap map) {
  switch (map) {
    case ColourMap::viridis:
      return "viridis";
    case ColourMap::magma:
      return "magma";
    case ColourMap::grey:
      return "grey";
  }
  return {};
}

ColourMap colour_map_from_string(std::string_view name) {
  for (const ColourMap map : {ColourMap::viridis, ColourMap::magma, ColourMap::grey})
    if (name == to_string(map)) return map;
  throw InvalidArgument(
      fmt::format("'{}' is no colour map; there are viridis, magma and grey", name));
}

std::array<Colour, 256> colours_of(ColourMap map) {
  if (map == ColourMap::viridis) return colours_from(viridis_table);
  if (map == ColourMap::magma) return colours_from(magma_table);
  std::array<Colour, 256> colours;
  for (std::size_t i = 0; i < colours.size(); ++i) {
    const auto level = static_cast<std::uint8_t>(i);
    colours[i] = {level, level, level};
  }
  return colours;
}

Theme Theme::light() {
  return {{255, 255, 255}, {32, 32, 36}, {222, 222, 226}, line_colours({0, 114, 178})};
}

Theme Theme::dark() {
  return {{22, 22, 26}, {228, 228, 232}, {62, 62, 70}, line_colours({76, 169, 226})};
}

}  // namespace nmfsep
