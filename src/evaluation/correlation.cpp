#include "evaluation/correlation.hpp"

namespace nmfsep {
namespace {

/// Σ_t a_i(t) b_j(t+lag) for all columns i of `a` and j of `b`.
Eigen::MatrixXd products(const Signal& a, const Signal& b, Index lag) {
  const Index overlap = a.rows() - lag;
  if (overlap <= 0) return Eigen::MatrixXd::Zero(a.cols(), b.cols());
  return a.topRows(overlap).transpose() * b.bottomRows(overlap);
}

}  // namespace

Correlations correlate(const Signal& references, const Signal& estimates, Index taps) {
  Correlations result;
  for (Index lag = 0; lag < taps; ++lag) {
    result.gram.push_back(products(references, references, lag));
    result.cross.push_back(products(references, estimates, lag));
  }
  return result;
}

}  // namespace nmfsep
