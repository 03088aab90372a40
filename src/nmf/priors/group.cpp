#include "nmfsep/nmf/priors/group.hpp"

#include <fmt/format.h>

#include <cmath>

#include "nmfsep/core/errors.hpp"

namespace nmfsep {

constexpr double least_share = 1e-3;  // ε

GroupPenalty::GroupPenalty(double strength) : strength_(strength) {
  if (!(strength >= 0 && std::isfinite(strength)))
    throw InvalidArgument(
        fmt::format("GroupPenalty: strength = {}, must be finite and at least 0", strength));
}

std::string GroupPenalty::describe() const { return fmt::format("group={}", strength_); }

std::shared_ptr<const Penalty> GroupPenalty::on(const std::vector<AtomBlock>& blocks) const {
  auto bound = std::make_shared<GroupPenalty>(strength_);
  for (const AtomBlock& block : blocks) bound->sizes_.push_back(block.components);
  return bound;
}

std::vector<Index> GroupPenalty::sizes_of(Index components) const {
  return sizes_.empty() ? std::vector<Index>{components} : sizes_;
}

/// What each block has of the whole signal.
struct GroupPenalty::Shares {
  double total;  ///< v, scaled and weighted
  std::vector<double> of_blocks;
};

GroupPenalty::Shares GroupPenalty::shares(const PenaltyTile& tile) const {
  const double total = tile.frames.totals.cast<double>().sum();
  Shares shares{total * tile.frames.weights(0), {}};
  Index first = 0;
  for (const Index size : sizes_of(tile.H.rows())) {
    double sum = 0;
    for (Index k = first; k < first + size; ++k) sum += tile.H.row(k).cast<double>().sum();
    shares.of_blocks.push_back(total > 0 ? sum / total : 0);
    first += size;
  }
  return shares;
}

void GroupPenalty::add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const {
  const Shares found = shares(tile);
  for (const double share : found.of_blocks)
    cost(0) += strength_ * found.total * std::log(least_share + share);
}

void GroupPenalty::add_gradient(const PenaltyTile& tile, SplitGradient gradient) const {
  const Shares found = shares(tile);
  const std::vector<Index> sizes = sizes_of(tile.H.rows());
  Index first = 0;
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    const double slope = strength_ * tile.frames.weights(0) / (least_share + found.of_blocks[g]);
    gradient.positive.middleRows(first, sizes[g]).array() += static_cast<float>(slope);
    first += sizes[g];
  }
}

}  // namespace nmfsep
