#include "sources/n_hmm/factorial_explainer.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nmfsep/linear/product.hpp"

namespace nmfsep {
namespace {

constexpr Index block_frames = 512;        ///< whose joint states are explained together
constexpr std::size_t states_a_time = 64;  ///< whose results are held at once
constexpr float least_posterior = 1e-3F;   ///< of the most probable state's, that counts

/// The most careful model's, since what one of them tells apart surely others may not.
float fewest_draws(const std::vector<NHmm>& models) {
  float fewest = models.front().draws;
  for (const NHmm& model : models) fewest = std::min(fewest, model.draws);
  return fewest;
}

Index atoms_in(const std::vector<NHmm>& models) {
  Index count = 0;
  for (const NHmm& model : models) count += model.components();
  return count;
}

/// Whether there are at most so many joint states.
bool has_at_most(Index most, const std::vector<NHmm>& models) {
  Index count = 1;
  for (const NHmm& model : models) count = std::min(count, most + 1) * model.states();
  return count <= most;
}

/// The `count` states that say most, in rising order.
KeptStates best_states(const VectorView& says, Index count) {
  KeptStates order(static_cast<std::size_t>(says.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return says(a) > says(b); });
  order.resize(static_cast<std::size_t>(count));
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace

FactorialExplainer::FactorialExplainer(const std::vector<NHmm>& models,
                                       const FactorialOptions& options, const MatrixView& V,
                                       ProgressGate& steps)
    : models_(models),
      options_(options),
      looks_(std::min(options.looks, options.search.iterations)),
      atoms_(models, options.search),
      V_(V),
      steps_(steps),
      counts_(counts_of(V, static_cast<double>(fewest_draws(models)))) {}

Matrix FactorialExplainer::explain() {
  evidence_.kept = kept_states();
  for (Index t = 0; t < V_.cols(); ++t) {
    Index places = 1;
    for (const KeptStates& kept : evidence_.kept_at(static_cast<std::size_t>(t)))
      places *= static_cast<Index>(kept.size());
    evidence_.joint.push_back(Eigen::VectorXf::Zero(places));
  }
  for_each_state([&](Index frame, Index) { return counts_.draws(frame) > 0; },
                 [&](const JointFrames& frames) { return evaluate(frames); },
                 [](const JointFrames&, const Matrix&) {});
  std::vector<MarkovChain> chains;
  for (const NHmm& model : models_) chains.push_back(model.chain);
  for (Index t = 0; t < V_.cols(); ++t)
    cost_ += counts_.draws(t) * most_likelihood(counts_.shapes.col(t));
  cost_ -= smooth(ProductChain(std::move(chains)), evidence_, nullptr, [&] { steps_.knock(); });
  keep_probable();
  H_.setZero(atoms_in(models_), V_.cols());
  for_each_state(
      [&](Index frame, Index place) {
        return counts_.draws(frame) > 0 && posterior(frame, place) > 0;
      },
      [&](const JointFrames& frames) { return activations(frames, options_.search.iterations); },
      [&](const JointFrames& frames, const Matrix& found) { add(frames, found); });
  return std::move(H_);
}

/// Of each source, all states where that is exact, else those that say most of each frame.
std::vector<std::vector<KeptStates>> FactorialExplainer::kept_states() {
  const bool is_exact = has_at_most(options_.most_joint_states, models_);
  std::vector<std::vector<KeptStates>> kept(is_exact ? 1 : static_cast<std::size_t>(V_.cols()));
  const double share = std::pow(static_cast<double>(options_.most_kept_states),
                                1 / static_cast<double>(models_.size()));
  const Index most = std::max<Index>(1, static_cast<Index>(share + 1e-9));
  for (std::size_t i = 0; i < models_.size(); ++i) {
    const Index states = models_[i].states();
    const Matrix says = is_exact ? Matrix::Zero(states, 1) : evaluate_beside_all(i);
    for (std::size_t t = 0; t < kept.size(); ++t)
      kept[t].push_back(
          best_states(says.col(static_cast<Index>(t)), is_exact ? states : std::min(states, most)));
  }
  return kept;
}

/// A draw's mean log-likelihood in each state of a source beside all atoms of the others: states ×
/// frames.
Matrix FactorialExplainer::evaluate_beside_all(std::size_t source) {
  Matrix says(models_[source].states(), V_.cols());
  NmfOptions search = options_.search;
  search.iterations = looks_;
  search.penalty = nullptr;
  for (Index state = 0; state < says.rows(); ++state) {
    const Matrix W = atoms_.atoms_beside_all(source, state);
    const Matrix R = product(W, infer_activations(V_, W, search, steps_.knocking()).H);
    tbb::parallel_for(Index{0}, V_.cols(), [&](Index t) {
      says(state, t) = static_cast<float>(log_likelihood(counts_.shapes.col(t), R.col(t)));
    });
  }
  return says;
}

/// work(frames) for all joint states with chosen cells, many at once, then take(frames, result)
/// one after the other, so that sums run in one order.
void FactorialExplainer::for_each_state(const Chosen& chosen, const Work& work, const Take& take) {
  for (Index first = 0; first < V_.cols(); first += block_frames) {
    const Index count = std::min(block_frames, V_.cols() - first);
    const std::vector<JointFrames> all = frames_of_states(evidence_, first, count, chosen);
    for (std::size_t begin = 0; begin < all.size(); begin += states_a_time) {
      std::vector<Matrix> results(std::min(states_a_time, all.size() - begin));
      tbb::parallel_for(std::size_t{0}, results.size(),
                        [&](std::size_t i) { results[i] = work(all[begin + i]); });
      for (std::size_t i = 0; i < results.size(); ++i) take(all[begin + i], results[i]);
    }
    steps_.advance(count);
  }
}

Matrix FactorialExplainer::activations(const JointFrames& frames, int updates) const {
  Matrix V(V_.rows(), static_cast<Index>(frames.cells.size()));
  for (Index i = 0; i < V.cols(); ++i)
    V.col(i) = V_.col(frames.cells[static_cast<std::size_t>(i)].frame);
  return atoms_.activations(frames.state, V, updates, steps_.knocking());
}

/// What the frames say of a joint state, in the place of its posteriors.
Matrix FactorialExplainer::evaluate(const JointFrames& frames) {
  const Matrix R = product(atoms_.atoms(frames.state), activations(frames, looks_));
  for (Index i = 0; i < R.cols(); ++i) {
    const auto [frame, place] = frames.cells[static_cast<std::size_t>(i)];
    posterior(frame, place) = static_cast<float>(
        counts_.draws(frame) * log_likelihood(counts_.shapes.col(frame), R.col(i)));
  }
  return {};
}

/// Leaves out joint states that are hardly possible; the others sum to one again.
void FactorialExplainer::keep_probable() {
  for (Eigen::VectorXf& posteriors : evidence_.joint) {
    const float least = least_posterior * posteriors.maxCoeff();
    posteriors = (posteriors.array() < least).select(0, posteriors);
    posteriors /= posteriors.sum();
  }
}

/// Adds a joint state's activations to those of the atoms of all models.
void FactorialExplainer::add(const JointFrames& frames, const Matrix& found) {
  for (Index i = 0; i < found.cols(); ++i) {
    const auto [frame, place] = frames.cells[static_cast<std::size_t>(i)];
    Index own = 0, first = 0;  // rows of `found`, and of a model's atoms among all
    for (std::size_t m = 0; m < models_.size(); ++m) {
      const Index size = models_[m].state_components();
      H_.col(frame).segment(first + frames.state[m] * size, size) +=
          posterior(frame, place) * found.col(i).segment(own, size);
      own += size;
      first += models_[m].components();
    }
  }
}

}  // namespace nmfsep
