#pragma once

#include <vector>

#include "file_tree.hpp"
#include "nmfsep/nmf/reducer.hpp"
#include "ranks.hpp"

namespace nmfsep::cli {

/// The sums of a FileTree above the branches of ranks: each left half plus its right half, whoever
/// comes first, and the result back on the same way.
class TreeReducer final : public Reducer {
 public:
  /// `ranks` must live as long.
  TreeReducer(const Ranks& ranks, std::vector<Link> links)
      : ranks_(ranks), links_(std::move(links)) {}

  void sum(std::span<float> values) const override { sum_up(values); }
  void sum(std::span<double> values) const override { sum_up(values); }

 private:
  template <typename Number>
  void sum_up(std::span<Number> values) const {
    std::vector<Number> theirs(values.size());
    for (const Link& link : links_) {
      if (!link.gives) {
        ranks_.send(link.rank, std::span<const Number>(values));
        ranks_.receive(link.rank, values);
        break;  // the last one
      }
      ranks_.receive(link.rank, std::span(theirs));
      for (std::size_t i = 0; i < values.size(); ++i) values[i] += theirs[i];
    }
    for (auto link = links_.rbegin(); link != links_.rend(); ++link)
      if (link->gives) ranks_.send(link->rank, std::span<const Number>(values));
  }

  const Ranks& ranks_;
  std::vector<Link> links_;
};

}  // namespace nmfsep::cli
