#include "nmfsep/render/raster.hpp"

#include "nmfsep/core/errors.hpp"
#include "render/pixels.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

TEST_CASE("a raster comes back from its PNG in the colours of its map") {
  const ColourMap map = GENERATE(ColourMap::viridis, ColourMap::magma, ColourMap::grey);
  Raster raster{16, 16, map, {}};
  for (int i = 0; i < 256; ++i) raster.values.push_back(static_cast<std::uint8_t>(i));
  const std::string png = png_of(raster);
  CHECK(png == png_of(raster));
  const test::Pixels pixels = test::pixels_of(png);
  REQUIRE(pixels.width == 16);
  REQUIRE(pixels.height == 16);
  const auto colours = colours_of(map);
  for (std::size_t i = 0; i < 256; ++i) {
    CHECK(pixels.values[3 * i] == colours[i].red);
    CHECK(pixels.values[3 * i + 1] == colours[i].green);
    CHECK(pixels.values[3 * i + 2] == colours[i].blue);
  }
}

TEST_CASE("the lightness of maps only rises") {
  const ColourMap map = GENERATE(ColourMap::viridis, ColourMap::magma, ColourMap::grey);
  double before = -1;
  for (const Colour& colour : colours_of(map)) {
    // Relative luminance of sRGB (IEC 61966-2-1), near enough by a power.
    const auto light = [](std::uint8_t value) { return std::pow(value / 255.0, 2.2); };
    const double luminance =
        0.2126 * light(colour.red) + 0.7152 * light(colour.green) + 0.0722 * light(colour.blue);
    CHECK(luminance > before - 1e-3);
    before = luminance;
  }
  CHECK(before > 0.7);
}

TEST_CASE("maps are known by their names") {
  for (const char* name : {"viridis", "magma", "grey"})
    CHECK(to_string(colour_map_from_string(name)) == name);
  CHECK_THROWS_WITH(colour_map_from_string("jet"), contains("viridis, magma and grey"));
}

TEST_CASE("rasters without pixels, or with others than they say, are refused") {
  CHECK_THROWS_AS(png_of(Raster{0, 3, ColourMap::grey, {}}), InvalidArgument);
  CHECK_THROWS_AS(png_of(Raster{2, 2, ColourMap::grey, {1, 2, 3}}), InvalidArgument);
  CHECK_THROWS_AS(png_of(20001, 1, std::vector<Colour>(20001)), InvalidArgument);
}

TEST_CASE("base64 is that of RFC 4648") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("\xFB\xFF") == "+/8=");
}

TEST_CASE("base64 of any bytes comes back as these bytes") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i * 37);
    CHECK(from_base64(base64(bytes)) == bytes);
  }
  CHECK(from_base64("").empty());
  CHECK(from_base64("TWE") == "Ma");  // without its padding
}

TEST_CASE("what is no base64 is refused") {
  for (const char* text : {"A", "AAAAA", "A===", "=", "AA A", "AA\n", "AA-_", "A=AA", "é"})
    CHECK_THROWS_AS(from_base64(text), InvalidArgument);
}
