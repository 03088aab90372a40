#include "evaluation/permutation.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

double sum_along(const Eigen::MatrixXd& gain, const std::vector<Index>& permutation) {
  double sum = 0.0;
  for (std::size_t j = 0; j < permutation.size(); ++j)
    sum += gain(static_cast<Index>(j), permutation[j]);
  return sum;
}

double best_sum(const Eigen::MatrixXd& gain) {
  std::vector<Index> candidate(static_cast<std::size_t>(gain.rows()));
  std::iota(candidate.begin(), candidate.end(), Index{0});
  double best = -std::numeric_limits<double>::infinity();
  do best = std::max(best, sum_along(gain, candidate));
  while (std::next_permutation(candidate.begin(), candidate.end()));
  return best;
}

Eigen::MatrixXd random_gain(std::uint64_t seed, Index size) {
  Random random(seed);
  return Eigen::MatrixXd::NullaryExpr(
      size, size, [&] { return 40.0 * static_cast<double>(random.uniform()) - 20.0; });
}

}  // namespace

TEST_CASE("no other assignment of estimates has a larger sum") {
  for (const Index size : {1, 2, 3, 5, 8, 9})
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const Eigen::MatrixXd gain = random_gain(seed, size);
      const auto found = best_permutation(gain);
      CHECK(std::is_permutation(found.begin(), found.end(), best_permutation(-gain).begin()));
      CHECK(sum_along(gain, found) == Approx(best_sum(gain)));
    }
}

TEST_CASE("a hidden assignment of many sources is found") {
  const Index size = 40;
  Eigen::MatrixXd gain = random_gain(1, size);
  for (Index j = 0; j < size; ++j) gain(j, (7 * j + 3) % size) += 100.0;
  const auto found = best_permutation(gain);
  for (Index j = 0; j < size; ++j) CHECK(found[static_cast<std::size_t>(j)] == (7 * j + 3) % size);
}

TEST_CASE("of equal assignments the first in lexicographic order wins") {
  CHECK(best_permutation(Eigen::MatrixXd::Zero(4, 4)) == std::vector<Index>{0, 1, 2, 3});
}
