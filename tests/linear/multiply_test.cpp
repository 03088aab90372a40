#include "nmfsep/linear/multiply.hpp"

#include <tbb/global_control.h>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

Matrix random_matrix(Index rows, Index columns, Random& random) {
  return Matrix::NullaryExpr(rows, columns, [&] { return random.uniform() - 0.5F; });
}

Eigen::MatrixXd in_double(const Matrix& A, bool turned) {
  return turned ? Eigen::MatrixXd(A.cast<double>().transpose()) : Eigen::MatrixXd(A.cast<double>());
}

Operand operand(const Matrix& A, bool turned) { return turned ? transposed(A) : as_it_lies(A); }

}  // namespace

TEST_CASE("a product is the sum of products, for hundreds of shapes, turned or not") {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const auto size = [&] { return static_cast<Index>(1 + random.below(i % 10 == 0 ? 500 : 40)); };
    const Index rows = size(), depth = size(), columns = size();
    const bool left = random.below(2) == 1, right = random.below(2) == 1;
    const Matrix A = random_matrix(left ? depth : rows, left ? rows : depth, random);
    const Matrix B = random_matrix(right ? columns : depth, right ? depth : columns, random);
    const Eigen::MatrixXd expected = in_double(A, left) * in_double(B, right);
    const Matrix C = multiply(operand(A, left), operand(B, right));
    const double tolerance = 1e-6 * static_cast<double>(depth);
    CHECK((C.cast<double>() - expected).cwiseAbs().maxCoeff() <= tolerance);

    Matrix sum = Matrix::Ones(rows, columns);
    multiply(operand(A, left), operand(B, right), sum, true);
    CHECK((sum.cast<double>() - expected)
              .array()
              .isApprox(Eigen::ArrayXXd::Ones(rows, columns), tolerance + 1e-5));
  }
}

TEST_CASE("a product has the same bits on any number of threads, and in any part of a matrix") {
  Random random(2);
  const Matrix A = random_matrix(450, 600, random);
  const Matrix B = random_matrix(600, 500, random);
  const Matrix expected = multiply(as_it_lies(A), as_it_lies(B));
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    CHECK(multiply(as_it_lies(A), as_it_lies(B)) == expected);
  }
  CHECK(multiply(as_it_lies(A), as_it_lies(B.middleCols(7, 30))) == expected.middleCols(7, 30));
}

TEST_CASE("columns that overlap in memory are read as they lie") {
  Random random(3);
  const Matrix V = random_matrix(5, 20, random);
  const Eigen::Map<const Matrix, Eigen::Unaligned, Eigen::OuterStride<>> stacked(
      V.data(), 15, 18, Eigen::OuterStride<>(5));
  const Matrix A = random_matrix(4, 15, random);
  CHECK(multiply(as_it_lies(A), as_it_lies(stacked)).isApprox(A * stacked, 1e-5F));
}

TEST_CASE("a product of shapes that do not chain is refused") {
  const Matrix A = Matrix::Ones(2, 3);
  CHECK_THROWS_AS(multiply(as_it_lies(A), as_it_lies(A)), InvalidArgument);
}
