#include "sources/grouping/spectral_clustering.hpp"

#include <Eigen/Eigenvalues>

#include <limits>

#include "nmfsep/core/random.hpp"

namespace nmfsep {
namespace {

constexpr int starts = 20;
constexpr int most_rounds = 100;

/// Weighted k-means on the rows of `points`, with some of them pinned to their cluster.
class KMeans {
 public:
  KMeans(const Eigen::MatrixXd& points, const ClusteringProblem& problem, Random& random)
      : points_(points), problem_(problem), random_(random) {
    start();
    for (int round = 0; round < most_rounds && assign(); ++round) move_centres();
    for (Index c = 0; c < problem_.clusters; ++c) fill(c);
  }

  const std::vector<Index>& clusters() const { return cluster_; }

  /// Σ weight · squared distance to the centre.
  double spread() const {
    double sum = 0;
    for (Index i = 0; i < points_.rows(); ++i) sum += problem_.weights(i) * distance(i, of(i));
    return sum;
  }

 private:
  Index of(Index node) const { return cluster_[static_cast<std::size_t>(node)]; }
  Index pin(Index node) const { return problem_.pinned[static_cast<std::size_t>(node)]; }
  double distance(Index node, Index cluster) const {
    return (points_.row(node) - centres_.row(cluster)).squaredNorm();
  }

  /// Centres of pinned nodes where there are any; the others by k-means++.
  void start() {
    cluster_.assign(problem_.pinned.begin(), problem_.pinned.end());
    centres_.setZero(problem_.clusters, points_.cols());
    Eigen::VectorXd nearest =
        Eigen::VectorXd::Constant(points_.rows(), std::numeric_limits<double>::max());
    bool is_first = true;
    const auto take = [&](Index cluster) {
      for (Index i = 0; i < points_.rows(); ++i)
        nearest(i) = std::min(nearest(i), distance(i, cluster));
      is_first = false;
    };
    for (Index c = 0; c < problem_.clusters; ++c)
      if (move_centre(c)) take(c);
    for (Index c = 0; c < problem_.clusters; ++c) {
      if (members(c) > 0) continue;
      centres_.row(c) = points_.row(is_first ? draw(problem_.weights)
                                             : draw(nearest.cwiseProduct(problem_.weights)));
      take(c);
    }
  }

  /// A node with probabilities that are as these.
  Index draw(const Eigen::VectorXd& chances) {
    double left = random_.uniform() * chances.sum();
    for (Index i = 0; i + 1 < chances.size(); ++i)
      if ((left -= chances(i)) < 0) return i;
    return chances.size() - 1;
  }

  Index members(Index cluster) const {
    return std::count(cluster_.begin(), cluster_.end(), cluster);
  }

  /// Whether any node changed its cluster.
  bool assign() {
    bool changed = false;
    for (Index i = 0; i < points_.rows(); ++i) {
      Index nearest = pin(i);
      if (nearest < 0)
        (centres_.rowwise() - points_.row(i)).rowwise().squaredNorm().minCoeff(&nearest);
      changed = changed || nearest != of(i);
      cluster_[static_cast<std::size_t>(i)] = nearest;
    }
    return changed;
  }

  void move_centres() {
    for (Index c = 0; c < problem_.clusters; ++c) move_centre(c);
  }

  /// To the mean of its nodes; stays where there is none, and answers so.
  bool move_centre(Index cluster) {
    Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(points_.cols());
    double weight = 0;
    for (Index i = 0; i < points_.rows(); ++i) {
      if (of(i) != cluster) continue;
      sum += problem_.weights(i) * points_.row(i);
      weight += problem_.weights(i);
    }
    if (weight > 0) centres_.row(cluster) = sum / weight;
    return weight > 0;
  }

  Index free_members(Index cluster) const {
    Index count = 0;
    for (Index i = 0; i < points_.rows(); ++i) count += pin(i) < 0 && of(i) == cluster ? 1 : 0;
    return count;
  }

  /// Gives a cluster without a free node the nearest of those that another can spare.
  void fill(Index cluster) {
    if (free_members(cluster) > 0) return;
    Index best = -1;
    for (Index i = 0; i < points_.rows(); ++i)
      if (pin(i) < 0 && free_members(of(i)) > 1 &&
          (best < 0 || distance(i, cluster) < distance(best, cluster)))
        best = i;
    cluster_[static_cast<std::size_t>(best)] = cluster;
  }

  const Eigen::MatrixXd& points_;
  const ClusteringProblem& problem_;
  Random& random_;
  Eigen::MatrixXd centres_;     // clusters × dimensions
  std::vector<Index> cluster_;  // of each node; −1 before the first round
};

}  // namespace

Eigen::MatrixXd spectral_embedding(const Eigen::MatrixXd& affinity, Index clusters) {
  constexpr double least = 1e-12;  // where nothing is alike
  Eigen::MatrixXd A = affinity;
  A.diagonal().setZero();
  const Eigen::VectorXd scale = (A.rowwise().sum().array() + least).rsqrt();
  const Eigen::MatrixXd normalised = scale.asDiagonal() * A * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(normalised);
  Eigen::MatrixXd rows = solver.eigenvectors().rightCols(clusters);
  rows.array().colwise() /= rows.rowwise().norm().array().max(least);
  return rows;
}

std::vector<Index> cluster_spectrally(const ClusteringProblem& problem) {
  const Eigen::MatrixXd points = spectral_embedding(problem.affinity, problem.clusters);
  Random random(problem.seed);
  std::vector<Index> best;
  double least = std::numeric_limits<double>::max();
  for (int i = 0; i < starts; ++i) {
    const KMeans found(points, problem, random);
    const double spread = found.spread();
    if (best.empty() || spread < least) {
      best = found.clusters();
      least = spread;
    }
  }
  return best;
}

}  // namespace nmfsep
