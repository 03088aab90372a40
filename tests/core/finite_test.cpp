#include "nmfsep/core/finite.hpp"

#include <limits>

#include "nmfsep/core/types.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

TEST_CASE("NaN and infinity are seen at every place, and nothing else is") {
  constexpr float largest = std::numeric_limits<float>::max();
  for (Index rows = 1; rows < 40; ++rows) {
    Matrix values = Matrix::Constant(rows, 3, largest);
    values(0, 1) = -largest;
    values(0, 2) = std::numeric_limits<float>::denorm_min();
    REQUIRE(all_finite(values));
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
          -std::numeric_limits<float>::infinity()})
      for (Index i = 0; i < values.size(); ++i) {
        Matrix spoilt = values;
        spoilt.data()[i] = bad;
        REQUIRE_FALSE(all_finite(spoilt));
        REQUIRE_FALSE(all_finite(spoilt.topRows(rows)));
      }
  }
}

TEST_CASE("a matrix without values is finite") { CHECK(all_finite(Matrix(0, 2))); }
