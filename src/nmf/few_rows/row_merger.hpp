#pragma once

#include <queue>
#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Merges neighbouring rows of a dictionary, always the two that cost least of what rows and atoms
/// know of each other: an agglomerative information bottleneck (Slonim & Tishby, 1999) over
/// neighbours. Rows a and b with sums A and B lose
///
///     Σ_k a_k·log(a_k/A) + b_k·log(b_k/B) − (a_k + b_k)·log((a_k + b_k)/(A + B)) ≥ 0,
///
/// nothing where they are proportional: what KL loses when V and W are summed over them, at the
/// most probable V. Of equal losses the first row's goes first; sums run in one order and without
/// contraction, so that all machines merge alike.
class RowMerger {
 public:
  /// Atoms side by side (rows each); of many a regular sample speaks for all. Rows are `spans` runs
  /// of equal length that do not merge with each other.
  RowMerger(const std::vector<MatrixView>& atoms, Index spans);

  /// Merges until `rows` are left, or as many as there are spans.
  void merge_to(Index rows);

  /// The first row of each group, and the number of rows at the end.
  std::vector<Index> starts() const;

 private:
  struct Candidate {
    double loss;
    Index left;                                     // the first row of the left group
    int version;                                    // of that pair
    bool operator<(const Candidate& other) const {  // the top is the least
      return loss != other.loss ? loss > other.loss : left > other.left;
    }
  };

  void sample(const std::vector<MatrixView>& atoms);
  const float* row(Index r) const { return rows_.data() + static_cast<std::size_t>(r * width_); }
  void propose(Index left);
  void merge(Index left);

  Index count_, span_, width_ = 0;  // rows, rows of a span, sampled atoms: whole groups of eight
  Index left_;                      // groups
  std::vector<float> rows_;         // count × width; a group's sums at its first row
  std::vector<Index> next_, previous_;  // first rows of the groups around; count and −1 at the ends
  std::vector<double> known_;           // Σ_k a_k·log(a_k/A) of a group
  std::vector<double> known_merged_;    // of a group with the next
  std::vector<int> versions_;
  std::priority_queue<Candidate> candidates_;
};

}  // namespace nmfsep
