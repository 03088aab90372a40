#include "sources/ensemble.hpp"

#include "nmfsep/masking/wiener_mask.hpp"

namespace nmfsep {

Decomposition average(const MatrixView& mixture, int members,
                      const std::function<Decomposition(int member)>& explain) {
  if (members == 1) return explain(0);
  Decomposition result;
  for (int member = 0; member < members; ++member) {
    const Decomposition found = explain(member);
    add(result.report, found.report);
    const std::vector<Matrix> masks = wiener_masks(found.sources, 1);
    if (member == 0)
      for (const SourceEstimate& source : found.sources)
        result.sources.push_back({source.name, Matrix::Zero(mixture.rows(), mixture.cols())});
    for (std::size_t s = 0; s < masks.size(); ++s) result.sources[s].magnitudes += masks[s];
  }
  for (SourceEstimate& source : result.sources)
    source.magnitudes.array() *= mixture.array() / static_cast<float>(members);
  return result;
}

}  // namespace nmfsep
