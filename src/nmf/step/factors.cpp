#include "nmf/step/factors.hpp"

#include <array>
#include <cmath>

#include "nmf/step/frame_slices.hpp"
#include "nmfsep/core/random.hpp"

namespace nmfsep {
namespace {

double sum_of(const MatrixView& V) {
  double sum = 0;
  for (Index t = 0; t < V.cols(); ++t) sum += V.col(t).cast<double>().sum();
  return sum;
}

/// The same in the order of shared frames.
double sum_of(const MatrixView& V, const SharedFrames& shared) {
  const FrameSlices slices(shared);
  Eigen::VectorXd sums = Eigen::VectorXd::Zero(slices.count());
  const auto add = [&](const SliceSum& sum) { sums(sum.into) += sums(sum.from); };
  slices.for_each_block(
      [&](const SliceBlock& block) {
        if (block.opens_slice) sums(block.slice) = 0;
        sums(block.slice) += sum_of(V.middleCols(block.first, block.last - block.first));
      },
      add);
  for (const SliceSum& sum : slices.last_sums()) add(sum);
  return sums(0);
}

/// The mean of V over all parties.
double mean_of(const MatrixView& V, const SharedFrames* shared, const Reducer& reducer) {
  const double sum = shared == nullptr ? sum_of(V) : sum_of(V, *shared);
  std::array<double, 2> sum_and_size{sum, static_cast<double>(V.size())};
  reducer.sum(sum_and_size);
  return sum_and_size[0] / sum_and_size[1];
}

/// Uniform in (0, largest), frame after frame.
void draw(Eigen::Ref<Matrix> H, float largest, Random& random) {
  for (Index t = 0; t < H.cols(); ++t)
    for (Index k = 0; k < H.rows(); ++k) H(k, t) = largest * random.uniform();
}

void draw(Matrix& H, float largest, const SharedFrames& shared) {
  Index first = 0;
  for (const FrameBlock& block : shared.blocks) {
    Random random(block.seed);
    draw(H.middleCols(first, block.frames), largest, random);
    first += block.frames;
  }
}

}  // namespace

Factors::Factors(const MatrixView& spectra, const MatrixView& known, const NmfOptions& nmf_options,
                 const SharedFrames* shared)
    : kernel(choose_kernel()),
      V(spectra),
      fixed_columns(known),
      fixed(known.cols()),
      options(nmf_options),
      W(V.rows(), fixed + options.components),
      H(W.cols(), V.cols()),
      rescale(Vector::Ones(W.cols())),
      workspaces([this] { return Workspace(kernel, W.cols()); }) {
  const double mean = mean_of(V, shared, *options.reducer);
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
  if (shared == nullptr)
    draw(H, largest, random);
  else
    draw(H, largest, *shared);
}

Step Factors::step(double exponent) const {
  const bool plain = options.solver == Solver::multiplicative || options.solver == Solver::em;
  return {static_cast<float>(exponent),
          static_cast<float>(plain ? 1 : options.divergence.relaxation())};
}

}  // namespace nmfsep
