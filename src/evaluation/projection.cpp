#include "evaluation/projection.hpp"

#include <Eigen/Cholesky>

namespace nmfsep {
namespace {

Eigen::MatrixXd gram_matrix(const Correlations& correlations) {
  const Index taps = correlations.taps();
  const Index channels = correlations.gram.front().rows();
  Eigen::MatrixXd gram(taps * channels, taps * channels);
  for (Index a = 0; a < taps; ++a)
    for (Index b = 0; b <= a; ++b) {
      const auto& block = correlations.gram[static_cast<std::size_t>(a - b)];
      gram.block(a * channels, b * channels, channels, channels) = block;
      gram.block(b * channels, a * channels, channels, channels) = block.transpose();
    }
  return gram;
}

Eigen::MatrixXd right_side(const Correlations& correlations) {
  const Index channels = correlations.cross.front().rows();
  Eigen::MatrixXd side(correlations.taps() * channels, correlations.cross.front().cols());
  for (Index a = 0; a < correlations.taps(); ++a)
    side.middleRows(a * channels, channels) = correlations.cross[static_cast<std::size_t>(a)];
  return side;
}

}  // namespace

Filters projection_filters(const Correlations& correlations) {
  const Eigen::MatrixXd gram = gram_matrix(correlations);
  const Eigen::MatrixXd side = right_side(correlations);
  const Eigen::LDLT<Eigen::MatrixXd> factor(gram);
  Filters filters = factor.solve(side);
  // One step of refinement: the Gram matrix of music is ill-conditioned.
  filters += factor.solve(side - gram * filters);
  return filters;
}

Signal filtered(const Signal& channels, const Filters& filters) {
  const Index taps = filters.rows() / channels.cols();
  Signal result = Signal::Zero(channels.rows() + taps - 1, filters.cols());
  for (Index a = 0; a < taps; ++a)
    result.middleRows(a, channels.rows()) +=
        channels * filters.middleRows(a * channels.cols(), channels.cols());
  return result;
}

}  // namespace nmfsep
