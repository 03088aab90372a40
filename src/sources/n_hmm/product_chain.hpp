#pragma once

#include <functional>
#include <vector>

#include "nmfsep/sources/n_hmm/markov_chain.hpp"

namespace nmfsep {

/// The states of one chain that a frame may be in, in rising order.
using KeptStates = std::vector<Index>;

/// Several chains that run beside each other. A joint state is one state of each, the first
/// chain's fastest; of those that a frame keeps alone, where not all are.
class ProductChain {
 public:
  explicit ProductChain(std::vector<MarkovChain> chains) : chains_(std::move(chains)) {}

  const std::vector<MarkovChain>& chains() const { return chains_; }

  /// P(joint state) of a first frame that keeps these states of each chain.
  Eigen::VectorXd initial(const std::vector<KeptStates>& kept) const;
  /// p (joint states of `before`) times the transitions to those of `after`: a product for each
  /// chain, since the transitions are a Kronecker product.
  Eigen::VectorXd forward(const Eigen::VectorXd& p, const std::vector<KeptStates>& before,
                          const std::vector<KeptStates>& after) const;
  /// The transitions from `before` times b (joint states of `after`).
  Eigen::VectorXd backward(const Eigen::VectorXd& b, const std::vector<KeptStates>& before,
                           const std::vector<KeptStates>& after) const;

 private:
  std::vector<MarkovChain> chains_;
};

/// What a sequence says of its chain, to be summed over sequences.
struct ChainCounts {
  Eigen::VectorXd initial;      ///< of first frames in each state
  Eigen::MatrixXd transitions;  ///< of steps from row to column
};

/// Frames of one sequence: their joint states and what each frame says of them.
struct ChainEvidence {
  /// Of each chain, frame by frame: one entry where all frames keep the same.
  std::vector<std::vector<KeptStates>> kept;
  /// log P(frame | joint state), frame by frame; in the end P(joint state | all frames).
  std::vector<Eigen::VectorXf> joint;

  const std::vector<KeptStates>& kept_at(std::size_t frame) const {
    return kept[kept.size() == 1 ? 0 : frame];
  }
};

/// Forward-backward in the log domain (Rabiner, 1989, Proc. IEEE 77(2), section III): replaces
/// `evidence.joint` by posteriors, each of which sums to one, and answers log P(all frames). Where
/// no kept state can be reached from those before, the chain starts anew. `counts`, for one chain
/// that keeps all its states, is added to. `knock` is called once a frame and way.
double smooth(const ProductChain& chain, ChainEvidence& evidence, ChainCounts* counts,
              const std::function<void()>& knock);

}  // namespace nmfsep
