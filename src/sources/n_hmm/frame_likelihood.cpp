#include "sources/n_hmm/frame_likelihood.hpp"

#include <algorithm>
#include <cmath>

namespace nmfsep {
namespace {

constexpr float least_share = 0x1p-40F;

}  // namespace

FrameCounts counts_of(const MatrixView& V, double draws) {
  FrameCounts counts{Matrix::Zero(V.rows(), V.cols()), V.cast<double>().colwise().sum()};
  const Index sounding = (counts.draws.array() > 0).count();
  if (sounding == 0) return counts;
  const double mean = counts.draws.sum() / static_cast<double>(sounding);
  for (Index t = 0; t < V.cols(); ++t)
    if (const double sum = counts.draws(t); sum > 0)
      counts.shapes.col(t) = V.col(t) * static_cast<float>(1 / sum);
  counts.draws *= draws / mean;
  return counts;
}

double log_likelihood(const VectorView& shape, const VectorView& model) {
  const float sum = model.sum();
  if (!(sum > 0)) return std::log(least_share) * static_cast<double>(shape.sum());
  const float least = least_share * sum;
  return static_cast<double>((shape.array() * (model.array().max(least) / sum).log()).sum());
}

double most_likelihood(const VectorView& shape) {
  double sum = 0;
  for (const float share : shape)
    if (share > 0) sum += static_cast<double>(share) * std::log(static_cast<double>(share));
  return sum;
}

}  // namespace nmfsep
