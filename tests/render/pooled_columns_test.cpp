#include "nmfsep/render/pooled_columns.hpp"

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

TEST_CASE("columns are pooled by their maximum, however they come") {
  const Index count = GENERATE(1, 7, 8, 9, 16, 17, 100, 129);
  const Index block = GENERATE(1, 3, 200);
  const Matrix all = Matrix::Random(3, count);
  PooledColumns pooled(8);
  for (Index first = 0; first < count; first += block)
    pooled.push(all.middleCols(first, std::min(block, count - first)));
  CHECK(pooled.count() == count);
  const Matrix kept = pooled.columns();
  REQUIRE(kept.cols() <= 8);
  CHECK((count < 8 || kept.cols() >= 4));
  REQUIRE(kept.cols() == (count + pooled.pooled() - 1) / pooled.pooled());
  for (Index c = 0; c < kept.cols(); ++c) {
    const Index first = c * pooled.pooled();
    const Matrix own = all.middleCols(first, std::min(pooled.pooled(), count - first));
    CHECK(kept.col(c) == own.rowwise().maxCoeff());
  }
}

TEST_CASE("columns of another height are refused") {
  PooledColumns pooled(8);
  pooled.push(Matrix::Zero(3, 2));
  CHECK_THROWS_AS(pooled.push(Matrix::Zero(2, 2)), InvalidArgument);
  CHECK_THROWS_AS(PooledColumns(1), InvalidArgument);
}
