#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/nmf/priors/combined.hpp"

namespace nmfsep {
namespace {

/// Some of the atoms, which stand together.
struct AtomRange {
  Index first = 0;
  Index count = 0;
};

/// A prior on a range of the atoms.
class RangePenalty final : public Penalty {
 public:
  RangePenalty(AtomRange range, std::shared_ptr<const Penalty> prior)
      : range_(range), prior_(std::move(prior)) {}

  std::string describe() const override { return prior_->describe(); }
  std::optional<Index> reach() const override { return prior_->reach(); }
  BoundPowers powers() const override { return prior_->powers(); }
  BoundPowers dictionary_powers() const override { return prior_->dictionary_powers(); }

  void add_cost(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> cost) const override {
    prior_->add_cost(part(tile), cost);
  }

  void add_gradient(const PenaltyTile& tile, SplitGradient gradient) const override {
    prior_->add_gradient(part(tile), {part(gradient.negative), part(gradient.positive)});
  }

  void add_scale_gradient(const PenaltyTile& tile, Eigen::Ref<Eigen::VectorXd> negative,
                          Eigen::Ref<Eigen::VectorXd> positive) const override {
    prior_->add_scale_gradient(part(tile), negative.segment(range_.first, range_.count),
                               positive.segment(range_.first, range_.count));
  }

  void add_dictionary_gradient(const DictionaryTile& tile, SplitGradient gradient) const override {
    const Index first = std::max(range_.first, tile.first) - tile.first;
    const Index end =
        std::min(range_.first + range_.count, tile.first + tile.W.cols()) - tile.first;
    if (first >= end) return;
    const Index count = end - first;
    const TileMatrix W = tile.W.middleCols(first, count);
    TileMatrix minus = TileMatrix::Zero(W.rows(), count);
    TileMatrix plus = minus;
    prior_->add_dictionary_gradient(
        {TileView(W.data(), W.rows(), count), tile.first + first, tile.norms.segment(first, count),
         tile.activation_sums.segment(first, count)},
        {TileMap(minus.data(), W.rows(), count), TileMap(plus.data(), W.rows(), count)});
    gradient.negative.middleCols(first, count) += minus;
    gradient.positive.middleCols(first, count) += plus;
  }

 private:
  /// A tile's rows are contiguous, and so are those of a range.
  TileMap part(TileMap& tile) const {
    return {tile.data() + range_.first * tile.cols(), range_.count, tile.cols()};
  }
  PenaltyTile part(const PenaltyTile& tile) const {
    return {TileView(tile.H.data() + range_.first * tile.H.cols(), range_.count, tile.H.cols()),
            tile.norms.segment(range_.first, range_.count), tile.frames};
  }

  AtomRange range_;
  std::shared_ptr<const Penalty> prior_;
};

/// Waits to be told which atoms are the source's.
class SourcePenalty final : public Penalty {
 public:
  SourcePenalty(std::string source, std::shared_ptr<const Penalty> prior)
      : source_(std::move(source)), prior_(std::move(prior)) {}

  std::string describe() const override {
    return fmt::format("{}:{}", source_, prior_->describe());
  }
  std::optional<Index> reach() const override { return prior_->reach(); }

  std::shared_ptr<const Penalty> on(const std::vector<AtomBlock>& blocks) const override {
    std::vector<AtomBlock> own;
    AtomRange range;
    Index place = 0;
    for (const AtomBlock& block : blocks) {
      if (block.source == source_) {
        if (own.empty()) range.first = place;
        own.push_back(block);
        range.count += block.components;
      }
      place += block.components;
    }
    if (own.empty()) return nullptr;
    const std::shared_ptr<const Penalty> bound = prior_->on(own);
    if (!bound || own.size() == blocks.size()) return bound;
    return std::make_shared<const RangePenalty>(range, bound);
  }

  void add_cost(const PenaltyTile&, Eigen::Ref<Eigen::VectorXd>) const override {}
  void add_gradient(const PenaltyTile&, SplitGradient) const override {}

 private:
  std::string source_;
  std::shared_ptr<const Penalty> prior_;
};

}  // namespace

std::shared_ptr<const Penalty> of_source(std::string source, std::shared_ptr<const Penalty> prior) {
  return std::make_shared<const SourcePenalty>(std::move(source), std::move(prior));
}

}  // namespace nmfsep
