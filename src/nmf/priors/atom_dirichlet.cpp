#include "nmfsep/nmf/priors/atom_dirichlet.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {
namespace {

constexpr float least_entry = 1e-3F;  ///< ε, of a flat atom's entries

/// F·w + ε of what is learnt.
TileMatrix over_flat(const PenaltyDictionary& dictionary) {
  const auto bins = static_cast<float>(dictionary.W.rows());
  return bins * dictionary.W.rightCols(dictionary.learnt()).array() + least_entry;
}

}  // namespace

AtomDirichletPenalty::AtomDirichletPenalty(double concentration) : concentration_(concentration) {
  if (!(concentration > 0 && std::isfinite(concentration)))
    throw InvalidArgument(fmt::format(
        "AtomDirichletPenalty: concentration = {}, must be finite and above 0", concentration));
}

std::string AtomDirichletPenalty::describe() const {
  return fmt::format("atom-dirichlet={}", concentration_);
}

double AtomDirichletPenalty::dictionary_cost(const PenaltyDictionary& dictionary) const {
  if (dictionary.learnt() == 0) return 0;
  const TileMatrix entries = over_flat(dictionary);
  const double mean = entries.array().log().cast<double>().mean();
  return (1 - concentration_) * static_cast<double>(dictionary.total) * mean;
}

/// Of the amount where the columns have sums s_k: log(F·w + ε·s) − log s in each bin. The slope of
/// the first at w_fk is F/(F·w_fk + ε) + ε·Σ_g 1/(F·w_gk + ε), of all bins' second F.
void AtomDirichletPenalty::add_dictionary_gradient(const PenaltyDictionary& dictionary,
                                                   SplitGradient gradient) const {
  if (dictionary.learnt() == 0) return;
  const TileMatrix inverse = over_flat(dictionary).cwiseInverse();
  const auto bins = static_cast<float>(inverse.rows());
  const float amount = static_cast<float>(1 - concentration_) * dictionary.total /
                       static_cast<float>(inverse.size());
  TileMap& of_entries = amount >= 0 ? gradient.positive : gradient.negative;
  TileMap& of_sums = amount >= 0 ? gradient.negative : gradient.positive;
  const Eigen::RowVectorXf common = least_entry * inverse.colwise().sum();
  of_entries += std::abs(amount) * (bins * inverse);
  of_entries.rowwise() += std::abs(amount) * common;
  of_sums.array() += std::abs(amount) * bins;
}

}  // namespace nmfsep
