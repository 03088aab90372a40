#include "nmfsep/linear/product.hpp"

#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

Matrix random_matrix(Random& random, Index rows, Index columns) {
  return Matrix::NullaryExpr(rows, columns, [&] { return random.uniform(); });
}

}  // namespace

TEST_CASE("a product is summed atom by atom at each place, to the bit") {
  Random random(1);
  const auto size = [&](std::uint64_t most) { return static_cast<Index>(1 + random.below(most)); };
  for (int problem = 0; problem < 300; ++problem) {
    const Index bins = size(150), components = size(30), frames = size(40);
    const Matrix atoms = random_matrix(random, bins, components + 2);
    Matrix activations = random_matrix(random, components + 1, frames);
    if (problem % 2 == 1)  // most are 0, which are skipped
      for (float& h : activations.reshaped()) h = random.uniform() < 0.1F ? h : 0;
    const MatrixView W = atoms.middleCols(1, components);
    const MatrixView H = activations.topRows(components);
    const Matrix V = product(W, H);
    REQUIRE(V.rows() == bins);
    REQUIRE(V.cols() == frames);
    for (Index t = 0; t < frames; ++t)
      for (Index f = 0; f < bins; ++f) {
        float sum = 0;
        for (Index k = 0; k < components; ++k) {
          const float part = H(k, t) * W(f, k);
          sum += part;
        }
        REQUIRE(V(f, t) == sum);
      }
  }
}
