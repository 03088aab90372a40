#include "nmfsep/core/errors.hpp"
#include "nmfsep/render/figure.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

/// 100 rows of 10 Hz each from 0 Hz, 50 columns over 5 s, all 0 but what a test sets; 0 is black
/// and 1 white.
HeatMap dark_map() {
  HeatMap map;
  map.values = Matrix::Zero(100, 50);
  map.rows = {0, 1000};
  map.columns = {0, 5};
  map.x = {"Time (s)", 0, 5, false, true};
  map.y = {"Frequency (Hz)", 0, 1000};
  map.colour = {"", 0, 1};
  map.map = ColourMap::grey;
  return map;
}

int value(const Raster& raster, int x, int y_from_below) {
  return raster
      .values[static_cast<std::size_t>((raster.height - 1 - y_from_below) * raster.width + x)];
}

}  // namespace

TEST_CASE("values lie where their axes say, the lowest row below") {
  HeatMap map = dark_map();
  map.values(20, 30) = 1;  // 200 to 210 Hz, 3.0 to 3.1 s
  const Raster exact = raster_of(map, 50, 100);
  for (int y = 0; y < 100; ++y)
    for (int x = 0; x < 50; ++x) CHECK(value(exact, x, y) == (x == 30 && y == 20 ? 255 : 0));
  // An excerpt of the axes is an excerpt of the picture.
  map.y = {"", 200, 300};
  map.x = {"", 3, 4};
  const Raster part = raster_of(map, 10, 10);
  CHECK(value(part, 0, 0) == 255);
  CHECK(value(part, 1, 0) == 0);
}

TEST_CASE("what falls on one pixel shows by its highest value") {
  HeatMap map = dark_map();
  map.values(57, 33) = 0.5F;
  const Raster small = raster_of(map, 10, 10);
  for (int y = 0; y < 10; ++y)
    for (int x = 0; x < 10; ++x) CHECK(value(small, x, y) == (x == 6 && y == 5 ? 128 : 0));
}

TEST_CASE("on a logarithmic axis octaves are equally high") {
  HeatMap map = dark_map();
  map.y = {"", 62.5, 1000, true};  // four octaves
  map.values.row(25).setOnes();    // 250 to 260 Hz: from the middle on
  const Raster raster = raster_of(map, 5, 400);
  CHECK(value(raster, 2, 201) > 0);
  CHECK(value(raster, 2, 190) == 0);
  CHECK(value(raster, 2, 215) == 0);
}

TEST_CASE("where rows are high, colours run or stand as asked") {
  HeatMap map = dark_map();
  map.values = Matrix::Zero(2, 1);
  map.values(1, 0) = 1;
  map.smooth = GENERATE(false, true);
  const Raster raster = raster_of(map, 1, 100);
  CHECK(value(raster, 0, 0) == 0);
  CHECK(value(raster, 0, 99) == 255);
  CHECK(value(raster, 0, 40) == (map.smooth ? Approx(79).margin(2) : Approx(0)));
}

TEST_CASE("values beyond the bar, and places beyond the map, have the colours of its ends") {
  HeatMap map = dark_map();
  map.values.setConstant(7);
  map.x = {"", 0, 10};
  const Raster raster = raster_of(map, 100, 10);
  CHECK(value(raster, 10, 5) == 255);
  CHECK(value(raster, 90, 5) == 0);
  map.colour = {"", 8, 9};
  CHECK(value(raster_of(map, 100, 10), 10, 5) == 0);
}

TEST_CASE("maps that cannot be drawn are refused") {
  HeatMap map = dark_map();
  map.values(3, 3) = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(raster_of(map, 10, 10), contains("finite"));
  map.values.resize(0, 0);
  CHECK_THROWS_AS(raster_of(map, 10, 10), InvalidArgument);
}
