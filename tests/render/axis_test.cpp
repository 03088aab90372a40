#include "nmfsep/render/axis.hpp"

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

std::vector<std::string> labels(const Axis& axis, int most) {
  std::vector<std::string> result;
  for (const Tick& tick : axis.ticks(most)) result.push_back(tick.label);
  return result;
}

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("ticks are round and as many as there is room for") {
  CHECK(labels({"", 0, 8, false, true}, 10) == Labels{"0", "1", "2", "3", "4", "5", "6", "7", "8"});
  CHECK(labels({"", 0, 8, false, true}, 4) == Labels{"0", "2", "4", "6", "8"});
  CHECK(labels({"", -60, 0}, 6) == Labels{"-60", "-50", "-40", "-30", "-20", "-10", "0"});
  CHECK(labels({"", 0, 11025}, 6) == Labels{"0", "2k", "4k", "6k", "8k", "10k"});
  CHECK(labels({"", 0.1, 0.35}, 5) == Labels{"0.1", "0.15", "0.2", "0.25", "0.3", "0.35"});
  CHECK(labels({"", 40, 11025, true}, 9) ==
        Labels{"50", "100", "200", "500", "1k", "2k", "5k", "10k"});
  CHECK(labels({"", 40, 11025, true}, 4) == Labels{"100", "1k", "10k"});
}

TEST_CASE("time from two minutes on is read as on a clock") {
  CHECK(labels({"", 0, 240, false, true}, 5) == Labels{"0:00", "1:00", "2:00", "3:00", "4:00"});
  CHECK(labels({"", 3590, 3630, false, true}, 4) ==
        Labels{"59:50", "60:00", "60:10", "60:20", "60:30"});
}

TEST_CASE("places and values are each other's reverse") {
  const bool logarithmic = GENERATE(false, true);
  const Axis axis{"", 40, 11025, logarithmic};
  CHECK(axis.place_of(40) == 0);
  CHECK(axis.place_of(11025) == Approx(1));
  for (const double place : {0.0, 0.3, 0.9})
    CHECK(axis.place_of(axis.value_at(place)) == Approx(place));
}

TEST_CASE("axes that cannot be are refused") {
  CHECK_THROWS_AS((Axis{"a", 1, 1}).validate(), InvalidArgument);
  CHECK_THROWS_AS((Axis{"a", 0, 1 / 0.0}).validate(), InvalidArgument);
  CHECK_THROWS_WITH((Axis{"a", 0, 1, true}).validate(), contains("above 0"));
}
