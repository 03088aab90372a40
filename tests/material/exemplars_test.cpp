#include "material/exemplars.hpp"

#include <algorithm>
#include <map>

#include "support/catch.hpp"

using namespace nmfsep;

TEST_CASE("exemplars are drawn without repetition, every set as often as any other") {
  Random random(1);
  std::map<std::vector<Index>, int> times;
  for (int draw = 0; draw < 6000; ++draw) {
    std::vector<Index> set = draw_exemplars({10, 20, 30, 40}, 2, random);
    std::sort(set.begin(), set.end());
    REQUIRE(set.size() == 2);
    REQUIRE(set[0] != set[1]);
    ++times[set];
  }
  CHECK(times.size() == 6);
  for (const auto& [set, count] : times) CHECK(count == Approx(1000).margin(145));  // 5 deviations
}

TEST_CASE("more exemplars than candidates are all of them") {
  Random random(1);
  std::vector<Index> all = draw_exemplars({3, 1, 2}, 9, random);
  std::sort(all.begin(), all.end());
  CHECK(all == std::vector<Index>{1, 2, 3});
}

TEST_CASE("frames within 60 dB of the loudest may become atoms, silent ones never") {
  Matrix V = Matrix::Ones(4, 5);
  V.col(1) *= 1.01e-3F;
  V.col(2) *= 0.99e-3F;
  V.col(3).setZero();
  CHECK(exemplar_candidates(V) == std::vector<Index>{0, 1, 4});
  CHECK(exemplar_candidates(Matrix::Zero(4, 3)).empty());
}
