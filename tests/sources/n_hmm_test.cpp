#include "nmfsep/sources/n_hmm/n_hmm.hpp"

#include <tbb/global_control.h>

#include <cmath>
#include <functional>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "sources/n_hmm/n_hmm_decomposer.hpp"
#include "sources/n_hmm/n_hmm_learner.hpp"
#include "support/catch.hpp"
#include "support/small_n_hmm.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using test::positive_matrix;
using test::small_n_hmm;

namespace {

constexpr Index bins = 9;

NmfOptions updates(int count) {
  NmfOptions options;
  options.iterations = count;
  options.tolerance = 0;
  return options;
}

LearntNHmm learn(const Matrix& V, Index states, Index components, std::uint64_t seed,
                 const NmfOptions& options, double draws = 50) {
  return learn_n_hmm({V, {0, V.cols() / 2}, draws}, small_n_hmm("a", states, components, seed).W,
                     states, options);
}

/// Frames of two shapes, each for `stay` frames, louder and softer.
Matrix alternating(Index frames, Index stay) {
  const Matrix shapes = small_n_hmm("shapes", 2, 1, 77).W;
  Matrix V(bins, frames);
  for (Index t = 0; t < frames; ++t)
    V.col(t) = (1 + static_cast<float>(t % 3)) * shapes.col(t / stay % 2);
  return V;
}

/// W·h of least divergence from v, by many plain steps in double.
Eigen::VectorXd best_activations(const Eigen::VectorXd& v, const Eigen::MatrixXd& W) {
  Eigen::VectorXd h = Eigen::VectorXd::Constant(W.cols(), v.sum() / static_cast<double>(W.cols()));
  for (int i = 0; i < 20000; ++i) h.array() *= (W.transpose() * v.cwiseQuotient(W * h)).array();
  return h;
}

/// What a source's frames are by the definition: every path through the joint states of two
/// models, weighted by its probability.
class Oracle {
 public:
  Oracle(const std::vector<NHmm>& models, const Matrix& V, double draws)
      : models_(models), V_(V.cast<double>()), path_(static_cast<std::size_t>(V.cols())) {
    const double level = V_.colwise().sum().mean();
    for (Index t = 0; t < V.cols(); ++t) {
      for (Index a = 0; a < models[0].states(); ++a)
        for (Index b = 0; b < models[1].states(); ++b) explain(t, {a, b}, draws / level);
      estimates_.emplace_back(Eigen::MatrixXd::Zero(bins, 2));
    }
    extend(0, 1);
  }

  Eigen::MatrixXd estimate(Index source) const {
    Eigen::MatrixXd result(bins, V_.cols());
    for (Index t = 0; t < V_.cols(); ++t)
      result.col(t) = estimates_[static_cast<std::size_t>(t)].col(source) / sum_;
    return result;
  }

 private:
  struct Cell {
    std::vector<Index> state;
    double likelihood;
    Eigen::MatrixXd parts;  // what each source is, bins × 2
  };

  void explain(Index t, const std::vector<Index>& state, double draws) {
    Eigen::MatrixXd W(bins, models_[0].state_components() + models_[1].state_components());
    for (std::size_t i = 0, at = 0; i < 2; ++i) {
      const Index size = models_[i].state_components();
      W.middleCols(static_cast<Index>(at), size) =
          models_[i].W.middleCols(state[i] * size, size).cast<double>();
      at += static_cast<std::size_t>(size);
    }
    const Eigen::VectorXd h = best_activations(V_.col(t), W);
    Cell cell{state, 0, Eigen::MatrixXd(bins, 2)};
    const Index first = models_[0].state_components();
    cell.parts.col(0) = W.leftCols(first) * h.head(first);
    cell.parts.col(1) = W.rightCols(W.cols() - first) * h.tail(W.cols() - first);
    const Eigen::VectorXd p = W * h / h.sum();
    cell.likelihood = std::exp(draws * (V_.col(t).array() * (p.array().log() + 2.2)).sum());
    cells_.resize(static_cast<std::size_t>(V_.cols()));
    cells_[static_cast<std::size_t>(t)].push_back(cell);
  }

  void extend(std::size_t t, double p) {
    if (t == path_.size()) {
      sum_ += p;
      for (std::size_t i = 0; i < t; ++i) estimates_[i] += p * path_[i]->parts;
      return;
    }
    for (const Cell& cell : cells_[t]) {
      double step = cell.likelihood;
      for (std::size_t i = 0; i < 2; ++i) {
        const MarkovChain& chain = models_[i].chain;
        step *=
            static_cast<double>(t == 0 ? chain.initial(cell.state[i])
                                       : chain.transitions(path_[t - 1]->state[i], cell.state[i]));
      }
      path_[t] = &cell;
      extend(t + 1, p * step);
    }
  }

  const std::vector<NHmm>& models_;
  const Eigen::MatrixXd V_;
  std::vector<const Cell*> path_;
  std::vector<std::vector<Cell>> cells_;
  std::vector<Eigen::MatrixXd> estimates_;
  double sum_ = 0;
};

/// Two sources, each in one of two states whose shapes only they have.
struct TwoSources {
  NHmm a = small_n_hmm("a", 2, 1, 1);
  NHmm b = small_n_hmm("b", 2, 1, 2);
};

}  // namespace

TEST_CASE("the cost of learning a hidden Markov model never rises") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto states = static_cast<Index>(1 + seed % 4);
    Matrix V = positive_matrix(bins, 20 + static_cast<Index>(seed % 60), seed);
    if (seed % 5 == 0) V.col(3).setZero();
    const double draws = std::pow(10.0, static_cast<double>(seed % 4));
    double before = std::numeric_limits<double>::infinity();
    for (int count = 0; count < 6; ++count) {
      const LearntNHmm learnt =
          learn(V, states, 1 + static_cast<Index>(seed % 3), seed, updates(count), draws);
      const double cost = learnt.report.final_cost();
      CHECK(cost <= before + 1e-6 * std::max(1.0, std::abs(before)));
      CHECK((learnt.W.colwise().sum().array() - 1).abs().maxCoeff() < 1e-5F);
      CHECK(learnt.chain.initial.sum() == Approx(1).margin(1e-5));
      CHECK((learnt.chain.transitions.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-5F);
      before = cost;
    }
  }
}

TEST_CASE("states and how they follow one another are learnt from frames that alternate") {
  const Matrix V = alternating(200, 5);
  const LearntNHmm learnt = learn(V, 2, 1, 3, updates(100));
  const Matrix shapes = small_n_hmm("shapes", 2, 1, 77).W;
  const Index first = (learnt.W.col(0) - shapes.col(0)).norm() < 0.01F ? 0 : 1;
  CHECK((learnt.W.col(first) - shapes.col(0)).norm() < 0.01F);
  CHECK((learnt.W.col(1 - first) - shapes.col(1)).norm() < 0.01F);
  for (Index state : {0, 1}) {
    CHECK(learnt.chain.transitions(state, state) == Approx(0.8).margin(0.03));
    CHECK(learnt.chain.transitions(state, 1 - state) == Approx(0.2).margin(0.03));
  }
}

TEST_CASE("a step from one sequence to the next is none of the chain's") {
  Matrix V(bins, 40);  // one shape, then the other
  V << alternating(20, 20), alternating(40, 20).rightCols(20);
  const auto stays = [&](const std::vector<Index>& starts) {
    const LearntNHmm learnt =
        learn_n_hmm({V, starts, 1000}, small_n_hmm("a", 2, 1, 3).W, 2, updates(60));
    return learnt.chain.transitions.diagonal().minCoeff();
  };
  // 19 steps stay, one or none goes; with the pseudo-count of a half.
  CHECK(stays({0, 20}) == Approx(19.5 / 20).margin(1e-3));
  CHECK(stays({0}) == Approx(19.5 / 21).margin(1e-3));
}

TEST_CASE("two hidden Markov models explain a mixture as the sum over all joint paths does") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    std::vector<NHmm> models{small_n_hmm("a", 2, 2, seed), small_n_hmm("b", 3, 1, seed + 20)};
    models[1].draws = 40;  // the fewest of all models count
    const Matrix V = positive_matrix(bins, 4, seed + 7);
    const Oracle oracle(models, V, 30);
    const NHmmDecomposer decomposer(models, {updates(2000), 2000});
    const Decomposition result = decompose_whole(decomposer, V, 1);
    REQUIRE(result.sources.size() == 2);
    for (Index s : {0, 1}) {
      const Matrix& estimate = result.sources[static_cast<std::size_t>(s)].magnitudes;
      CHECK((estimate.cast<double>() - oracle.estimate(s)).norm() < 5e-3 * V.norm());
    }
  }
}

TEST_CASE("estimates are atoms times posterior activations, channel by channel") {
  const TwoSources two;
  const auto decomposer = make_decomposer({two.a, two.b}, {}, updates(50));
  CHECK_FALSE(decomposer->reach());
  CHECK(decomposer->components() == 4 + 4);  // atoms and joint states
  CHECK(decomposer->source_names() == std::vector<std::string>{"a", "b"});
  const Matrix left = positive_matrix(bins, 12, 5), right = positive_matrix(bins, 12, 6);
  Matrix both(bins, 24);
  both << left, right;
  const Decomposition result = decompose_whole(*decomposer, both, 2);
  for (std::size_t s : {0, 1}) {
    const Matrix& estimate = result.sources[s].magnitudes;
    const Matrix& W = s == 0 ? two.a.W : two.b.W;
    CHECK(estimate.isApprox(W * result.factors[s].H, 1e-5F));
    CHECK(estimate.rightCols(12) == decompose_whole(*decomposer, right, 1).sources[s].magnitudes);
  }
}

TEST_CASE("a source that stays in its states is told from one that changes them") {
  // Both have the same two shapes; a holds each for long, b goes to and fro.
  TwoSources two;
  two.b.W = two.a.W;
  two.a.draws = two.b.draws = 300;
  two.a.chain.transitions << 0.99F, 0.01F, 0.01F, 0.99F;
  two.b.chain.transitions << 0.01F, 0.99F, 0.99F, 0.01F;
  Matrix V(bins, 40);
  for (Index t = 0; t < V.cols(); ++t) V.col(t) = 2 * two.a.W.col(0) + two.a.W.col(t % 2);
  const auto decomposer = make_decomposer({two.a, two.b}, {}, updates(50));
  const Decomposition result = decompose_whole(*decomposer, V, 1);
  for (Index t = 1; t + 1 < V.cols(); t += 2) {
    const Vector a = result.sources[0].magnitudes.col(t), b = result.sources[1].magnitudes.col(t);
    CHECK((a - 2 * two.a.W.col(0)).norm() < 0.05F);
    CHECK((b - two.a.W.col(1)).norm() < 0.05F);
  }
}

TEST_CASE("more joint states than are counted exactly: each frame keeps those that explain it") {
  // 70 × 70 states; the sources sound in other bins, so that the right answer is known.
  NHmm a = small_n_hmm("a", 70, 1, 5), b = small_n_hmm("b", 70, 1, 6);
  a.W.bottomRows(4).setZero();
  b.W.topRows(5).setZero();
  a.W.array().rowwise() /= a.W.colwise().sum().array().eval();
  b.W.array().rowwise() /= b.W.colwise().sum().array().eval();
  a.draws = b.draws = 3000;
  REQUIRE(a.states() * b.states() > FactorialOptions().most_joint_states);
  Matrix V(bins, 6);
  for (Index t = 0; t < V.cols(); ++t) V.col(t) = 3 * a.W.col(9 * t) + b.W.col(69 - 7 * t);
  const Decomposition result = decompose_whole(*make_decomposer({a, b}, {}, updates(100)), V, 1);
  for (Index t = 0; t < V.cols(); ++t) {
    CHECK((result.sources[0].magnitudes.col(t) - 3 * a.W.col(9 * t)).norm() < 0.1F);
    CHECK((result.sources[1].magnitudes.col(t) - b.W.col(69 - 7 * t)).norm() < 0.1F);
  }
}

TEST_CASE("hidden Markov models learn and explain the same bits on 1, 2 and 7 threads") {
  const Matrix V = positive_matrix(bins, 700, 1);
  const TwoSources two;
  const auto decomposer = make_decomposer({two.a, two.b}, {}, updates(20));
  const LearntNHmm learnt = learn(V, 3, 2, 1, updates(10));
  const Decomposition explained = decompose_whole(*decomposer, V, 1);
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    const LearntNHmm again = learn(V, 3, 2, 1, updates(10));
    CHECK(again.W == learnt.W);
    CHECK(again.chain.transitions == learnt.chain.transitions);
    CHECK(decompose_whole(*decomposer, V, 1).sources[0].magnitudes ==
          explained.sources[0].magnitudes);
  }
}

TEST_CASE("the cost of one source alone is that of learning, but for the prior on the chain") {
  const Matrix V = positive_matrix(bins, 60, 4);
  LearntNHmm learnt = learn_n_hmm({V, {0}, 50}, small_n_hmm("a", 3, 2, 5).W, 3, updates(30));
  NHmm model = small_n_hmm("a", 3, 2, 5);
  model.W = learnt.W;
  model.chain = learnt.chain;
  model.draws = 50;
  const double prior = static_cast<double>(model.chain.initial.array().log().sum() +
                                           model.chain.transitions.array().log().sum()) /
                       3;
  const NHmmDecomposer decomposer({model}, {updates(500), 500});
  const double cost = decompose_whole(decomposer, V, 1).report.final_cost();
  CHECK(cost <= learnt.report.final_cost() + prior + 1e-3);  // its weights are the best there are
  CHECK(cost > 0.5 * (learnt.report.final_cost() + prior));
}

TEST_CASE("silence is explained by nothing, and leaves the chain to its other frames") {
  const TwoSources two;
  const auto decomposer = make_decomposer({two.a, two.b}, {}, updates(20));
  Matrix V = Matrix::Zero(bins, 10);
  CHECK(decompose_whole(*decomposer, V, 1).sources[0].magnitudes == V);
  V.leftCols(4) = positive_matrix(bins, 4, 3);
  const Matrix estimate = decompose_whole(*decomposer, V, 1).sources[0].magnitudes;
  CHECK(estimate.allFinite());
  CHECK(estimate.rightCols(6).maxCoeff() == 0);
  CHECK(estimate.leftCols(4).maxCoeff() > 0);
}

TEST_CASE("learning and explaining by hidden Markov models stop when they are told to") {
  const TwoSources two;
  const NmfOptions endless = updates(1000000);
  const auto decomposer = make_decomposer({two.a, two.b}, {}, endless);
  const Matrix V = positive_matrix(bins, 1200, 2);
  for (const int last : {1, 2, 3}) {
    int calls = 0;
    const auto cancel = [&](const Progress&) {
      return ++calls == last ? Answer::cancel : Answer::proceed;
    };
    CHECK_THROWS_AS(decompose_whole(*decomposer, V, 1, cancel), Cancelled);
    CHECK(calls == last);
    calls = 0;
    CHECK_THROWS_AS(learn_n_hmm({V, {0}, 10}, two.a.W, 2, endless, cancel), Cancelled);
    CHECK(calls == last);
  }
}

TEST_CASE("beside another kind or a learnt source the atoms of all states are a dictionary") {
  const TwoSources two;
  const Matrix V = positive_matrix(bins, 20, 9);
  Dictionary plain = test::small_dictionary("a");
  plain.W = two.a.W;
  const Dictionary other = test::small_dictionary("other", 3, 9);
  const auto magnitudes = [&](const SourceModel& model, const std::vector<LearntSource>& learnt) {
    const std::vector<SourceModel> models =
        learnt.empty() ? std::vector<SourceModel>{model, other} : std::vector{model};
    NmfOptions options = updates(30);
    options.solver = Solver::multiplicative;
    return decompose_whole(*make_decomposer(models, learnt, options), V, 1).sources[0].magnitudes;
  };
  CHECK(magnitudes(two.a, {}).isApprox(magnitudes(plain, {}), 1e-3F));
  CHECK(magnitudes(two.a, {{"rest", 2}}).allFinite());
}

TEST_CASE("hidden Markov models come back from their file to the bit") {
  const test::TemporaryFolder folder;
  const NHmm saved = small_n_hmm("voice", 3, 2, 4);
  save_models(folder / "model", std::vector<SourceModel>{saved}, Overwrite::refuse);
  const SourceModel loaded = load_models(folder / "model").front();
  const NHmm* model = loaded.as<NHmm>();
  REQUIRE(model != nullptr);
  CHECK(model->W == saved.W);
  CHECK(model->chain.transitions == saved.chain.transitions);
  CHECK(model->chain.initial == saved.chain.initial);
  CHECK(model->draws == saved.draws);
  CHECK(model->blocks() == std::vector<Index>{2, 2, 2});
  CHECK(model->describe_kind() == "hidden Markov model of 3 states");
}

TEST_CASE("a hidden Markov model whose values cannot be is refused, and told what is wrong") {
  struct Case {
    const char* message;
    std::function<void(NHmm&)> damage;
  };
  const std::vector<Case> cases{
      {"source 'voice': transitions[1] sums to",
       [](NHmm& m) { m.chain.transitions(1, 2) += 0.2F; }},
      {"transitions[2][0] = -0.5, must be a probability, 0 to 1",
       [](NHmm& m) { m.chain.transitions(2, 0) = -0.5F; }},
      {"transitions[0][1] = nan", [](NHmm& m) { m.chain.transitions(0, 1) = std::nanf(""); }},
      {"initial sums to", [](NHmm& m) { m.chain.initial *= 0.5F; }},
      {"initial[1] = inf",
       [](NHmm& m) { m.chain.initial(1) = std::numeric_limits<float>::infinity(); }},
      {"transitions are 3 × 2, must be 3 × 3",
       [](NHmm& m) { m.chain.transitions = Matrix::Constant(3, 2, 0.5F); }},
      {"draws = 0, must be positive and finite", [](NHmm& m) { m.draws = 0; }},
      {"draws = nan", [](NHmm& m) { m.draws = std::nanf(""); }},
      {"6 atoms in 4 states, must be equally many in each",
       [](NHmm& m) { m.chain = test::random_chain(4, 1); }},
      {"W[2][1] = -1", [](NHmm& m) { m.W(2, 1) = -1; }},
      {"column 3 of W sums to", [](NHmm& m) { m.W.col(3) *= 2; }}};
  const test::TemporaryFolder folder;
  small_n_hmm("voice", 3, 2, 4).validate();
  for (const Case& each : cases) {
    NHmm model = small_n_hmm("voice", 3, 2, 4);
    each.damage(model);
    CHECK_THROWS_WITH(model.validate(), contains(each.message));
    CHECK_THROWS_AS(
        save_models(folder / "model", std::vector<SourceModel>{model}, Overwrite::refuse),
        InvalidArgument);
  }
  CHECK(folder.entries().empty());
}
