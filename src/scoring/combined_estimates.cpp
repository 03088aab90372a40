#include "nmfsep/scoring/combined_estimates.hpp"

#include "nmfsep/evaluation/combination.hpp"

namespace nmfsep {
namespace {

/// For each reference the sum of its estimates.
std::vector<SourceFiles> sums_of(const MatchedFiles& files, const Combination& combination) {
  std::vector<SourceFiles> sums(files.references.size());
  for (std::size_t k = 0; k < files.estimates.size(); ++k) {
    SourceFiles& sum = sums[combination.reference_of[k]];
    const SourceFiles& component = files.estimates[k];
    sum.name += (sum.name.empty() ? "" : "+") + component.name;
    sum.files.insert(sum.files.end(), component.files.begin(), component.files.end());
  }
  return sums;
}

}  // namespace

CombinationScores combine_estimates(MatchedFiles& files, const OpenOptions& options) {
  const TrackSignals signals = open_track(files, {}, options);
  const InnerProducts products =
      inner_products(pointers(signals.references), pointers(signals.estimates));
  const Combination greedy = greedy_combination(products);
  const std::optional<Combination> best = best_combination(products);
  files.estimates = sums_of(files, best.value_or(greedy));
  return {greedy.mean_sdr, best ? Score(best->mean_sdr) : Score()};
}

}  // namespace nmfsep
