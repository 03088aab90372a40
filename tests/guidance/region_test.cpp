#include "nmfsep/guidance/region.hpp"

#include "support/catch.hpp"

using namespace nmfsep;

namespace {

const std::vector<Region> regions{{4, 5, "b"},   {1, 2, "a"},   {1.5, 3, "a"},
                                  {3, 3.5, "a"}, {4.5, 6, "a"}, {9, 9, "a"}};

}  // namespace

TEST_CASE("labels come in their order in the file") {
  CHECK(labels_of(regions) == std::vector<std::string>{"b", "a"});
}

TEST_CASE("excerpts of a label are its stretches, each moment once") {
  const auto excerpts = excerpts_of(regions, "a");
  REQUIRE(excerpts.size() == 2);
  CHECK(excerpts[0].start_seconds == 1);
  CHECK(excerpts[0].seconds == 2.5);
  CHECK(excerpts[1].start_seconds == 4.5);
  CHECK(excerpts[1].seconds == 1.5);
  CHECK(excerpts_of(regions, "c").empty());
}

TEST_CASE("regions of two labels that share time are found once") {
  const auto shared = shared_times(regions);
  REQUIRE(shared.size() == 1);
  CHECK(shared[0].first.label == "b");
  CHECK(shared[0].second.begin == 4.5);
  CHECK(shared_times({{1, 2, "a"}, {2, 3, "b"}, {2.5, 2.5, "a"}}).empty());
}
