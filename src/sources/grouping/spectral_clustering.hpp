#pragma once

#include <cstdint>
#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Nodes that are to be split into clusters.
struct ClusteringProblem {
  Eigen::MatrixXd affinity;   ///< nodes × nodes, symmetric, ≥ 0: how alike two are; the diagonal
                              ///< does not count
  Eigen::VectorXd weights;    ///< > 0: how much a node counts when centres are found
  std::vector<Index> pinned;  ///< the cluster that a node stays in, or −1
  Index clusters = 2;         ///< at most as many as there are nodes that are not pinned
  std::uint64_t seed = 0;
};

/// The cluster of each node, every cluster with a node that is not pinned: the rows of the leading
/// eigenvectors of D^(−½)·A·D^(−½), brought to length one (Ng, Jordan & Weiss, 2001), by the best
/// of several runs of weighted k-means from k-means++ starts (Arthur & Vassilvitskii, 2007). The
/// same problem gives the same clusters.
std::vector<Index> cluster_spectrally(const ClusteringProblem& problem);

/// That embedding, nodes × clusters.
Eigen::MatrixXd spectral_embedding(const Eigen::MatrixXd& affinity, Index clusters);

}  // namespace nmfsep
