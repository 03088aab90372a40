#include "nmfsep/core/random.hpp"

#include "support/catch.hpp"

using nmfsep::Random;

TEST_CASE("random numbers are the same on every platform") {
  // std::mt19937_64 seeded with 5489 gives 14514284786278117030 first ([rand.predef]).
  Random random(5489);
  CHECK(random.uniform() == (static_cast<float>(14514284786278117030ULL >> 41U) + 0.5F) / 8388608);
}

TEST_CASE("uniform numbers lie strictly between 0 and 1 and are spread evenly") {
  Random random(0);
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const float drawn = random.uniform();
    REQUIRE(drawn > 0);
    REQUIRE(drawn < 1);
    sum += drawn;
  }
  CHECK(sum / 100000 == Approx(0.5).margin(0.005));
}

TEST_CASE("whole numbers below a bound cover all of it") {
  Random random(1);
  int counts[3] = {};
  for (int i = 0; i < 30000; ++i) ++counts[random.below(3)];
  for (const int count : counts) CHECK(count == Approx(10000).margin(400));
}

TEST_CASE("whole numbers below a bound that does not divide 2^64 are all as likely") {
  // Without drawing again the lowest third would come as often as the two others together.
  const std::uint64_t bound = std::uint64_t{3} << 62U;
  Random random(2);
  int counts[3] = {};
  for (int i = 0; i < 30000; ++i) ++counts[random.below(bound) >> 62U];
  for (const int count : counts) CHECK(count == Approx(10000).margin(400));
}
