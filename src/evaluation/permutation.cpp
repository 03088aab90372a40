#include "evaluation/permutation.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace nmfsep {

std::vector<Index> best_permutation(const Eigen::MatrixXd& gain) {
  std::vector<Index> candidate(static_cast<std::size_t>(gain.rows()));
  std::iota(candidate.begin(), candidate.end(), Index{0});
  std::vector<Index> best = candidate;
  double best_gain = -std::numeric_limits<double>::infinity();
  do {
    double sum = 0.0;
    for (std::size_t j = 0; j < candidate.size(); ++j)
      sum += gain(static_cast<Index>(j), candidate[j]);
    if (sum > best_gain) {
      best_gain = sum;
      best = candidate;
    }
  } while (std::next_permutation(candidate.begin(), candidate.end()));
  return best;
}

}  // namespace nmfsep
