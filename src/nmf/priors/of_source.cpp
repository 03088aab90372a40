#include <fmt/format.h>

#include <algorithm>

#include "nmfsep/core/errors.hpp"
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

  double dictionary_cost(const PenaltyDictionary& all) const override {
    const TileMatrix W = all.W.middleCols(range_.first, range_.count);
    return prior_->dictionary_cost(part(all, W));
  }

  void add_dictionary_gradient(const PenaltyDictionary& all,
                               SplitGradient gradient) const override {
    const TileMatrix W = all.W.middleCols(range_.first, range_.count);
    const PenaltyDictionary own = part(all, W);
    if (own.learnt() == 0) return;
    TileMatrix minus = TileMatrix::Zero(W.rows(), own.learnt());
    TileMatrix plus = minus;
    prior_->add_dictionary_gradient(own, {TileMap(minus.data(), minus.rows(), minus.cols()),
                                          TileMap(plus.data(), plus.rows(), plus.cols())});
    const Index first = range_.first + own.first - all.first;
    gradient.negative.middleCols(first, own.learnt()) += minus;
    gradient.positive.middleCols(first, own.learnt()) += plus;
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

  /// `W` has the range's columns.
  PenaltyDictionary part(const PenaltyDictionary& all, const TileMatrix& W) const {
    const Index fixed = std::clamp<Index>(all.first - range_.first, 0, range_.count);
    const Index learnt = range_.count - fixed;
    const Index place = learnt > 0 ? range_.first + fixed - all.first : 0;
    return {TileView(W.data(), W.rows(), W.cols()), fixed,
            all.norms.segment(range_.first, range_.count),
            all.activation_sums.segment(place, learnt), all.total};
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

  std::shared_ptr<const Penalty> of_known_atoms() const override {
    const std::shared_ptr<const Penalty> left = prior_->of_known_atoms();
    return left ? std::make_shared<const SourcePenalty>(source_, left) : nullptr;
  }

  void add_cost(const PenaltyTile&, Eigen::Ref<Eigen::VectorXd>) const override {}
  void add_gradient(const PenaltyTile&, SplitGradient) const override {}

 private:
  std::string source_;
  std::shared_ptr<const Penalty> prior_;
};

}  // namespace

std::shared_ptr<const Penalty> of_source(std::string source, std::shared_ptr<const Penalty> prior) {
  if (prior->is_between_sources())
    throw InvalidArgument(fmt::format("{}:{}: is between sources, not of one; leave the name out",
                                      source, prior->describe()));
  return std::make_shared<const SourcePenalty>(std::move(source), std::move(prior));
}

}  // namespace nmfsep
