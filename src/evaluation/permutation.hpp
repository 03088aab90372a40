#pragma once

#include <vector>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// The assignment p of estimates to references with the largest Σ_j gain(j, p[j]). Up to 8
/// estimates the first in lexicographic order among equals. `gain` is references × estimates, of
/// which there are as many or more.
std::vector<Index> best_permutation(const Eigen::MatrixXd& gain);

}  // namespace nmfsep
