#include "nmf/step/factors.hpp"

#include <array>
#include <cmath>

#include "nmfsep/core/random.hpp"

namespace nmfsep {
namespace {

/// The mean of V over all parties.
double mean_of(const MatrixView& V, const Reducer& reducer) {
  double sum = 0;
  for (Index t = 0; t < V.cols(); ++t) sum += V.col(t).cast<double>().sum();
  std::array<double, 2> sum_and_size{sum, static_cast<double>(V.size())};
  reducer.sum(sum_and_size);
  return sum_and_size[0] / sum_and_size[1];
}

}  // namespace

Factors::Factors(const MatrixView& spectra, const MatrixView& known, const NmfOptions& nmf_options)
    : kernel(choose_kernel()),
      V(spectra),
      fixed_columns(known),
      fixed(known.cols()),
      options(nmf_options),
      W(V.rows(), fixed + options.components),
      H(W.cols(), V.cols()),
      rescale(Vector::Ones(W.cols())),
      workspaces([this] { return Workspace(kernel, W.cols()); }) {
  const double mean = mean_of(V, *options.reducer);
  scale = scale_for(mean);
  if (options.penalty)
    frames = JobScales(scale, options.divergence, scale * V.colwise().sum().transpose());
  Random random(options.seed);
  W.leftCols(fixed) = (known.array() < spectrum_floor).select(0, known);
  for (Index k = fixed; k < W.cols(); ++k) {
    for (Index bin = 0; bin < W.rows(); ++bin) W(bin, k) = random.uniform();
    W.col(k) /= W.col(k).sum();
  }
  const auto atoms_a_bin = static_cast<double>(W.cols()) / static_cast<double>(W.rows());
  const auto largest = static_cast<float>(2 * mean * scale / atoms_a_bin);
  for (Index t = 0; t < H.cols(); ++t)
    for (Index k = 0; k < H.rows(); ++k) H(k, t) = largest * random.uniform();
}

Step Factors::step(double exponent) const {
  const bool plain = options.solver == Solver::multiplicative || options.solver == Solver::em;
  return {static_cast<float>(exponent),
          static_cast<float>(plain ? 1 : options.divergence.relaxation())};
}

}  // namespace nmfsep
