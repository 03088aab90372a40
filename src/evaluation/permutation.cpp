#include "evaluation/permutation.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace nmfsep {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Index largest_exhaustive = 8;  ///< 8! = 40320 candidates

std::vector<Index> exhaustive(const Eigen::MatrixXd& gain) {
  std::vector<Index> candidate(static_cast<std::size_t>(gain.rows()));
  std::iota(candidate.begin(), candidate.end(), Index{0});
  std::vector<Index> best = candidate;
  double best_gain = -infinity;
  do {
    double sum = 0.0;
    for (std::size_t j = 0; j < candidate.size(); ++j)
      sum += gain(static_cast<Index>(j), candidate[j]);
    if (sum > best_gain) {
      best_gain = sum;
      best = candidate;
    }
  } while (std::next_permutation(candidate.begin(), candidate.end()));
  return best;
}

/// The Hungarian method (Kuhn, 1955) by shortest augmenting paths: rows enter one by one, and the
/// dual prices keep every reduced cost from falling below zero. Row and column 0 are auxiliary.
class Assignment {
 public:
  explicit Assignment(const Eigen::MatrixXd& gain)
      : gain_(gain),
        row_price_(Eigen::VectorXd::Zero(gain.rows() + 1)),
        column_price_(Eigen::VectorXd::Zero(gain.rows() + 1)),
        row_of_(static_cast<std::size_t>(gain.rows()) + 1, 0),
        previous_(row_of_.size(), 0) {}

  std::vector<Index> solve() {
    for (Index row = 1; row <= gain_.rows(); ++row) augment(search(row));
    std::vector<Index> columns(static_cast<std::size_t>(gain_.rows()));
    for (Index column = 1; column <= gain_.rows(); ++column)
      columns[static_cast<std::size_t>(row_at(column) - 1)] = column - 1;
    return columns;
  }

 private:
  Index& row_at(Index column) { return row_of_[static_cast<std::size_t>(column)]; }
  Index& previous(Index column) { return previous_[static_cast<std::size_t>(column)]; }

  /// Grows a tree of cheapest paths from `row` to a free column, which it answers.
  Index search(Index row) {
    const Index size = gain_.rows();
    Eigen::VectorXd slack = Eigen::VectorXd::Constant(size + 1, infinity);
    std::vector<bool> reached(static_cast<std::size_t>(size) + 1, false);
    Index column = 0;
    row_at(0) = row;
    while (row_at(column) != 0) {
      reached[static_cast<std::size_t>(column)] = true;
      const Index from = row_at(column);
      Index nearest = 0;
      double step = infinity;
      for (Index next = 1; next <= size; ++next) {
        if (reached[static_cast<std::size_t>(next)]) continue;
        const double cost = -gain_(from - 1, next - 1) - row_price_[from] - column_price_[next];
        if (cost < slack[next]) {
          slack[next] = cost;
          previous(next) = column;
        }
        if (slack[next] < step) {
          step = slack[next];
          nearest = next;
        }
      }
      for (Index next = 0; next <= size; ++next) {
        if (reached[static_cast<std::size_t>(next)]) {
          row_price_[row_at(next)] += step;
          column_price_[next] -= step;
        } else {
          slack[next] -= step;
        }
      }
      column = nearest;
    }
    return column;
  }

  /// Shifts the rows along the path to `column`.
  void augment(Index column) {
    while (column != 0) {
      row_at(column) = row_at(previous(column));
      column = previous(column);
    }
  }

  const Eigen::MatrixXd& gain_;
  Eigen::VectorXd row_price_, column_price_;
  std::vector<Index> row_of_;    ///< [column]: its row, 0 for none
  std::vector<Index> previous_;  ///< [column]: the column before it on the path
};

}  // namespace

std::vector<Index> best_permutation(const Eigen::MatrixXd& gain) {
  // References that gain nothing take the estimates that are left.
  Eigen::MatrixXd square = Eigen::MatrixXd::Zero(gain.cols(), gain.cols());
  square.topRows(gain.rows()) = gain;
  std::vector<Index> assignment =
      gain.cols() <= largest_exhaustive ? exhaustive(square) : Assignment(square).solve();
  assignment.resize(static_cast<std::size_t>(gain.rows()));
  return assignment;
}

}  // namespace nmfsep
