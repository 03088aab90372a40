#include "exemplars.hpp"

#include <algorithm>
#include <utility>

#include "nmfsep/linear/columns.hpp"
#include "nmfsep/linear/stacks.hpp"

namespace nmfsep {

std::vector<Index> exemplar_candidates(const MatrixView& V) {
  constexpr float quietest = 1e-3F;  // of the loudest
  const Vector sums = V.colwise().sum().transpose();
  const float least = quietest * sums.maxCoeff();
  std::vector<Index> candidates;
  for (Index frame = 0; frame < V.cols(); ++frame)
    if (sums(frame) > 0 && sums(frame) >= least) candidates.push_back(frame);
  return candidates;
}

std::vector<Index> draw_exemplars(std::vector<Index> candidates, Index count, Random& random) {
  const std::size_t wanted = std::min(candidates.size(), static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < wanted; ++i)
    std::swap(candidates[i], candidates[i + random.below(candidates.size() - i)]);
  candidates.resize(wanted);
  return candidates;
}

Matrix stretches_around(const Matrix& spectra, Index context, std::span<const Index> middles) {
  Matrix all(spectra.rows() * context, static_cast<Index>(middles.size()));
  for (Index i = 0; i < all.cols(); ++i)
    all.col(i) =
        stack_frames(spectra, context, middles[static_cast<std::size_t>(i)] - context / 2, 1);
  normalise_columns(all);
  return all;
}

}  // namespace nmfsep
