#include "nmfsep/sources/grouping/grouped_decomposer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/linear/product.hpp"
#include "nmfsep/sources/agreement.hpp"

namespace nmfsep {
namespace {

/// Σ (w_f · h_t)² of each component.
Vector energies(const Factorisation& factors) {
  return factors.W.colwise().squaredNorm().transpose().cwiseProduct(
      factors.H.rowwise().squaredNorm());
}

/// The components of each group, those with the most energy first; groups from `named` on come in
/// the order of their energy.
std::vector<std::vector<Index>> members(const std::vector<Index>& groups, Index count, Index named,
                                        const Vector& energy) {
  std::vector<std::vector<Index>> result(static_cast<std::size_t>(count));
  for (std::size_t k = 0; k < groups.size(); ++k)
    result[static_cast<std::size_t>(groups[k])].push_back(static_cast<Index>(k));
  for (std::vector<Index>& group : result)
    std::stable_sort(group.begin(), group.end(),
                     [&](Index a, Index b) { return energy(a) > energy(b); });
  const auto total = [&](const std::vector<Index>& group) {
    return std::accumulate(group.begin(), group.end(), 0.0,
                           [&](double sum, Index k) { return sum + energy(k); });
  };
  std::stable_sort(result.begin() + named, result.end(),
                   [&](const auto& a, const auto& b) { return total(a) > total(b); });
  return result;
}

}  // namespace

GroupedDecomposer::GroupedDecomposer(GroupingOptions grouping, Analysis analysis,
                                     NmfOptions options)
    : grouping_(std::move(grouping)), analysis_(analysis), options_(std::move(options)) {
  options_.validate();
  grouping_.validate(options_.components);
  refuse_equal_names(source_names());
}

std::vector<std::string> GroupedDecomposer::source_names() const {
  std::vector<std::string> names;
  for (const GroupExample& example : grouping_.examples) names.push_back(example.name);
  const Index unnamed = grouping_.groups - static_cast<Index>(names.size());
  const std::size_t digits = std::to_string(unnamed).size();
  for (Index i = 0; i < unnamed; ++i) names.push_back(fmt::format("group-{:0{}}", i + 1, digits));
  return names;
}

Decomposition GroupedDecomposer::decompose(const MixtureBlock& block,
                                           const ProgressCallback& progress) const {
  Factorisation factors = factorise(block.V, options_, progress);
  const std::vector<Index> groups = group_components({factors.W, factors.H, analysis_}, grouping_);
  const std::vector<std::string> names = source_names();
  const auto in_groups = members(groups, grouping_.groups,
                                 static_cast<Index>(grouping_.examples.size()), energies(factors));
  Decomposition result;
  for (std::size_t g = 0; g < names.size(); ++g) {
    SourceFactors& source = result.factors.emplace_back();
    source.W = factors.W(Eigen::all, in_groups[g]);
    source.H = factors.H(in_groups[g], Eigen::all);
    result.sources.push_back({names[g], product(source.W, source.H)});
  }
  result.report = std::move(factors.report);
  return result;
}

}  // namespace nmfsep
