#include "sources/n_hmm/n_hmm_learner.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "nmfsep/core/progress_gate.hpp"
#include "nmfsep/core/random.hpp"
#include "nmfsep/linear/columns.hpp"
#include "nmfsep/linear/multiply.hpp"
#include "sources/n_hmm/frame_likelihood.hpp"
#include "sources/n_hmm/product_chain.hpp"

namespace nmfsep {
namespace {

constexpr float smallest = 0x1p-40F;  // of P(bin), which sums to one
constexpr Index tile_frames = 64;     // whose model stays in cache
constexpr Index most_shares = 16;     // of the frames, whose sums are kept apart
constexpr int look_interval = 10;     // updates between two looks at the cost

/// The model on its way.
class NHmmLearner {
 public:
  NHmmLearner(const NHmmFrames& frames, Matrix atoms, Index states, ProgressGate& progress)
      : progress_(progress),
        counts_(counts_of(frames.V, frames.draws)),
        starts_(frames.starts),
        states_(states),
        size_(atoms.cols() / states),
        W_(std::move(atoms)),
        weights_(Matrix::Constant(W_.cols(), frames.V.cols(), 1 / static_cast<float>(size_))),
        chain_{Vector::Constant(states, 1 / static_cast<float>(states)),
               Matrix::Constant(states, states, 1 / static_cast<float>(states))},
        posteriors_(states, frames.V.cols()) {
    for (Index t = 0; t < frames.V.cols(); ++t)
      most_ += counts_.draws(t) * most_likelihood(counts_.shapes.col(t));
  }

  /// Posteriors of the states, and the cost.
  double expect() {
    evaluate_states();
    expected_ = {Eigen::VectorXd::Zero(states_), Eigen::MatrixXd::Zero(states_, states_)};
    const ProductChain chain({chain_});
    double likelihood = 0;
    for (std::size_t i = 0; i < starts_.size(); ++i) {
      const Index end = i + 1 < starts_.size() ? starts_[i + 1] : posteriors_.cols();
      likelihood += smooth_sequence(chain, starts_[i], end);
    }
    return most_ - likelihood - prior();
  }

  void maximise() {
    update_atoms();
    const double pseudo = 1 / static_cast<double>(states_);
    const Eigen::VectorXd first = expected_.initial.array() + pseudo;
    const Eigen::MatrixXd steps = expected_.transitions.array() + pseudo;
    chain_.initial = (first / first.sum()).cast<float>();
    for (Index i = 0; i < states_; ++i)
      chain_.transitions.row(i) = (steps.row(i) / steps.row(i).sum()).cast<float>();
  }

  Matrix take_atoms() { return std::move(W_); }
  MarkovChain take_chain() { return std::move(chain_); }

 private:
  /// Frames of one task of `for_each_tile`.
  struct Tile {
    Index state, first, frames;
  };

  /// Calls body(share, tile) for all frames in each state: tiles of a share one after the other.
  template <typename Body>
  void for_each_tile(const Body& body) const {
    const Index all = posteriors_.cols();
    const Index length = std::max(tile_frames, (all + most_shares - 1) / most_shares);
    const Index shares = (all + length - 1) / length;
    tbb::parallel_for(Index{0}, states_ * shares, [&](Index task) {
      const Index end = std::min((task % shares + 1) * length, all);
      for (Index first = task % shares * length; first < end; first += tile_frames) {
        progress_.knock();
        body(task % shares, Tile{task / shares, first, std::min(tile_frames, end - first)});
      }
    });
  }

  auto atoms(Index state) const { return W_.middleCols(state * size_, size_); }

  /// P(bin | state) of the tile's frames.
  Matrix model(const Tile& tile) const {
    return atoms(tile.state)
        .lazyProduct(weights_.block(tile.state * size_, tile.first, size_, tile.frames));
  }

  /// log P(frame | state) in the place of posteriors.
  void evaluate_states() {
    for_each_tile([&](Index, const Tile& tile) {
      const Matrix R = model(tile);
      for (Index t = 0; t < tile.frames; ++t)
        posteriors_(tile.state, tile.first + t) =
            static_cast<float>(counts_.draws(tile.first + t) *
                               log_likelihood(counts_.shapes.col(tile.first + t), R.col(t)));
    });
  }

  double smooth_sequence(const ProductChain& chain, Index first, Index end) {
    KeptStates all(static_cast<std::size_t>(states_));
    for (Index s = 0; s < states_; ++s) all[static_cast<std::size_t>(s)] = s;
    ChainEvidence evidence{{{all}}, {}};
    for (Index t = first; t < end; ++t) evidence.joint.emplace_back(posteriors_.col(t));
    const double likelihood = smooth(chain, evidence, &expected_, [&] { progress_.knock(); });
    for (Index t = first; t < end; ++t)
      posteriors_.col(t) = evidence.joint[static_cast<std::size_t>(t - first)];
    return likelihood;
  }

  /// log of the prior on the chain, but for a constant.
  double prior() const {
    const double sum = chain_.initial.cast<double>().array().log().sum() +
                       chain_.transitions.cast<double>().array().log().sum();
    return sum / static_cast<double>(states_);
  }

  /// Both from the same posteriors of draws.
  void update_atoms() {
    std::vector<Matrix> sums(most_shares);
    for (Matrix& sum : sums) sum.setZero(W_.rows(), W_.cols());
    for_each_tile([&](Index share, const Tile& tile) {
      Matrix ratio = counts_.shapes.middleCols(tile.first, tile.frames).array() /
                     model(tile).array().max(smallest);
      auto weights = weights_.block(tile.state * size_, tile.first, size_, tile.frames);
      Matrix moved = (atoms(tile.state).transpose() * ratio).cwiseProduct(weights);
      ratio.array().rowwise() *=
          (posteriors_.row(tile.state).segment(tile.first, tile.frames).array() *
           counts_.draws.segment(tile.first, tile.frames).transpose().cast<float>().array());
      sums[static_cast<std::size_t>(share)].middleCols(tile.state * size_, size_).noalias() +=
          ratio * weights.transpose();
      for (Index t = 0; t < tile.frames; ++t)
        if (const float sum = moved.col(t).sum(); sum > 0) weights.col(t) = moved.col(t) / sum;
    });
    for (std::size_t share = 1; share < sums.size(); ++share) sums.front() += sums[share];
    for (Index k = 0; k < W_.cols(); ++k) {
      const Vector moved = W_.col(k).cwiseProduct(sums.front().col(k));
      if (const double sum = moved.cast<double>().sum(); sum > 0)
        W_.col(k) = moved * static_cast<float>(1 / sum);
    }
  }

  ProgressGate& progress_;
  FrameCounts counts_;
  const std::vector<Index>& starts_;
  const Index states_, size_;
  Matrix W_;        // bins × (states · size)
  Matrix weights_;  // (states · size) × frames: P(atom | state) in each frame
  MarkovChain chain_;
  Matrix posteriors_;  // states × frames
  ChainCounts expected_;
  double most_ = 0;  // Σ draws · shape · log shape
};

}  // namespace

LearntNHmm learn_n_hmm(const NHmmFrames& frames, Matrix atoms, Index states,
                       const NmfOptions& options, const ProgressCallback& callback) {
  ProgressGate progress(callback, "train", options.iterations);
  NHmmLearner learner(frames, std::move(atoms), states, progress);
  NmfReport report;
  for (;; ++report.iterations) {
    const double cost = learner.expect();
    const bool is_last = report.iterations == options.iterations;
    if (is_last || report.iterations % look_interval == 0) {
      const double before = report.final_cost();
      if (report.iterations > 0 && options.tolerance > 0 &&
          before - cost <= options.tolerance * std::abs(before))
        report.termination = Termination::tolerance;
      report.cost.push_back({report.iterations, cost});
      progress.set_cost(cost);
    }
    if (is_last || report.termination == Termination::tolerance) break;
    learner.maximise();
    progress.advance(1);
  }
  progress.finish();
  return {learner.take_atoms(), learner.take_chain(), std::move(report)};
}

Matrix n_hmm_start(const MatrixView& V, const MatrixView& means, Index components,
                   std::uint64_t seed) {
  const Matrix mean_roots = means.cwiseSqrt(), roots = V.cwiseSqrt();
  const Matrix likeness = multiply(transposed(mean_roots), as_it_lies(roots));
  std::vector<std::vector<Index>> members(static_cast<std::size_t>(means.cols()));
  for (Index t = 0; t < V.cols(); ++t) {
    Index nearest = 0;
    if (likeness.col(t).maxCoeff(&nearest) > 0)
      members[static_cast<std::size_t>(nearest)].push_back(t);
  }
  Random random(seed);
  Matrix atoms(V.rows(), means.cols() * components);
  for (Index k = 0; k < atoms.cols(); ++k) {
    const std::vector<Index>& own = members[static_cast<std::size_t>(k / components)];
    atoms.col(k) = means.col(k / components);
    if (own.empty()) {
      for (Index f = 0; f < V.rows(); ++f) atoms(f, k) *= 0.5F + random.uniform();
    } else {
      const Vector drawn = V.col(own[random.below(own.size())]);
      atoms.col(k) += drawn / drawn.sum();
    }
  }
  normalise_columns(atoms);
  return atoms;
}

}  // namespace nmfsep
