#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/nmf/priors/sparsity.hpp"
#include "oracle.hpp"
#include "support/catch.hpp"
#include "support/threads.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

NmfOptions by_em(Index components, int iterations, std::uint64_t seed = 11) {
  NmfOptions options;
  options.components = components;
  options.iterations = iterations;
  options.tolerance = 0;
  options.seed = seed;
  options.solver = Solver::em;
  return options;
}

/// p(f|z) and p(z|t).
struct Probabilities {
  Doubles atoms;
  Doubles weights;

  void normalise() {
    for (Index z = 0; z < atoms.cols(); ++z) atoms.col(z) /= atoms.col(z).sum();
    for (Index t = 0; t < weights.cols(); ++t) weights.col(t) /= weights.col(t).sum();
  }
};

/// One round as Smaragdis, Raj & Shashanka (2006) write it, with the posterior of every bin, frame
/// and component. The first `fixed` atoms stay.
void literal_em(const Doubles& V, Probabilities& p, Index fixed) {
  const Index K = p.atoms.cols();
  Probabilities next{Doubles::Zero(V.rows(), K), Doubles::Zero(K, V.cols())};
  for (Index f = 0; f < V.rows(); ++f)
    for (Index t = 0; t < V.cols(); ++t) {
      double all = 0;
      for (Index z = 0; z < K; ++z) all += p.atoms(f, z) * p.weights(z, t);
      for (Index z = 0; z < K; ++z) {
        const double posterior = p.atoms(f, z) * p.weights(z, t) / all;
        next.atoms(f, z) += V(f, t) * posterior;
        next.weights(z, t) += V(f, t) * posterior;
      }
    }
  next.atoms.leftCols(fixed) = p.atoms.leftCols(fixed);
  p = next;
  p.normalise();
}

/// Lee & Seung's updates of W and H at once, from one model W·H, scaled as it comes.
void literal_updates(const Doubles& V, Doubles& W, Doubles& H) {
  const Doubles ratio = V.array() / model(W, H).array();
  Doubles next_W = W;
  for (Index f = 0; f < W.rows(); ++f)
    for (Index k = 0; k < W.cols(); ++k)
      next_W(f, k) *= ratio.row(f).dot(H.row(k)) / H.row(k).sum();
  for (Index k = 0; k < H.rows(); ++k)
    for (Index t = 0; t < H.cols(); ++t) H(k, t) *= ratio.col(t).dot(W.col(k)) / W.col(k).sum();
  W = next_W;
}

Matrix spectrogram(Index bins, Index frames, Random& random) {
  return random_matrix(bins, frames, random).array() + 0.01F;
}

double largest_difference(const Doubles& a, const Doubles& b) {
  return (a - b).cwiseAbs().maxCoeff();
}

/// A start of the factorisation: what it makes after so many rounds.
Probabilities after(const Matrix& V, const Matrix& fixed, const NmfOptions& options) {
  const Factorisation found = factorise(V, fixed, options);
  Probabilities p{found.W.cast<double>(), found.H.cast<double>()};
  p.normalise();
  return p;
}

}  // namespace

TEST_CASE("EM's rounds are the literal ones over hundreds of problems") {
  Random random(2);
  for (int problem = 0; problem < 200; ++problem) {
    const auto bins = static_cast<Index>(2 + random.below(40));
    const auto known = static_cast<Index>(random.below(3));
    const auto free = static_cast<Index>(1 + random.below(6));
    const auto frames = static_cast<Index>(1 + random.below(40));
    CAPTURE(problem, bins, known, free, frames);
    const Matrix fixed = random_dictionary(bins, known, random).array() + 0.01F;
    const Matrix normalised =
        (fixed.array().rowwise() / fixed.colwise().sum().array().eval()).matrix();
    const Matrix V = spectrogram(bins, frames, random);
    Probabilities p = after(V, normalised, by_em(free, 1, static_cast<std::uint64_t>(problem)));
    for (int round = 0; round < 6; ++round) literal_em(V.cast<double>(), p, known);
    const Probabilities found =
        after(V, normalised, by_em(free, 7, static_cast<std::uint64_t>(problem)));
    REQUIRE(largest_difference(found.atoms, p.atoms) < 1e-4);
    REQUIRE(largest_difference(found.weights, p.weights) < 1e-4);
  }
}

TEST_CASE("EM and the multiplicative updates walk the same path up to normalisation") {
  Random random(3);
  for (int problem = 0; problem < 100; ++problem) {
    const Matrix V = spectrogram(12, 15, random);
    const Doubles counts = V.cast<double>();
    Probabilities p{random_matrix(12, 4, random).cast<double>().array() + 0.1,
                    random_matrix(4, 15, random).cast<double>().array() + 0.1};
    p.normalise();
    // The same start, where a frame's scale is its own.
    Doubles W = p.atoms;
    Doubles H = p.weights * Eigen::VectorXd::LinSpaced(15, 0.1, 9).asDiagonal();
    for (int round = 0; round < 30; ++round) {
      literal_em(counts, p, 0);
      literal_updates(counts, W, H);
      Probabilities q{W, H};
      q.normalise();
      REQUIRE(largest_difference(q.atoms, p.atoms) < 1e-9);
      REQUIRE(largest_difference(q.weights, p.weights) < 1e-9);
      // H was updated by atoms that sum to one, and has its scale already: W's goes nowhere.
      for (Index k = 0; k < 4; ++k) W.col(k) /= W.col(k).sum();
    }
  }
}

TEST_CASE("with known atoms EM is the multiplicative update of the activations") {
  Random random(4);
  const Matrix W = random_dictionary(20, 5, random);
  const Matrix V = spectrogram(20, 33, random);
  NmfOptions options = by_em(1, 25);
  const Matrix by_probability = infer_activations(V, W, options).H;
  options.solver = Solver::multiplicative;
  CHECK(by_probability == infer_activations(V, W, options).H);
  // From even weights, as the search starts.
  Probabilities p{W.cast<double>(), Doubles::Constant(5, 33, 0.2)};
  for (int round = 0; round < 25; ++round) literal_em(V.cast<double>(), p, 5);
  const Doubles H = p.weights * V.cast<double>().colwise().sum().asDiagonal();
  CHECK(largest_difference(H, by_probability.cast<double>()) < 1e-3);
}

TEST_CASE("EM never raises the divergence, reports it, and gives each frame its sum") {
  Random random(5);
  for (int problem = 0; problem < 100; ++problem) {
    Matrix V = spectrogram(15, 20, random) * 100;
    V.col(3).setZero();
    V.row(2).setZero();
    NmfOptions options = by_em(4, 60, static_cast<std::uint64_t>(problem));
    const Factorisation found = factorise(V, options);
    for (std::size_t i = 1; i < found.report.cost.size(); ++i)
      REQUIRE(found.report.cost[i].cost <= found.report.cost[i - 1].cost * (1 + 1e-6));
    const Doubles R = model(found.W.cast<double>(), found.H.cast<double>());
    double cost = 0;
    for (Index t = 0; t < V.cols(); ++t)
      if (t != 3) cost += divergence(V.col(t).cast<double>(), R.col(t).array() + 1e-30, 1);
    CHECK(std::abs(found.report.final_cost() - cost) < 1e-3 * cost);
    CHECK(found.H.col(3).maxCoeff() == 0);
    for (Index t = 0; t < V.cols(); ++t)
      CHECK(std::abs(R.col(t).sum() - V.col(t).sum()) < 1e-4 * 100 * 15);
    for (Index k = 0; k < 4; ++k) CHECK(std::abs(found.W.col(k).sum() - 1) < 1e-5);
  }
}

TEST_CASE("EM ends where the alternating updates stand still") {
  Random random(6);
  const Matrix V = spectrogram(10, 12, random);
  NmfOptions options = by_em(2, 20000);
  const double by_probability = factorise(V, options).report.final_cost();
  options.solver = Solver::multiplicative;
  CHECK(std::abs(factorise(V, options).report.final_cost() / by_probability - 1) < 1e-3);
}

TEST_CASE("EM is the same to the bit on any number of threads, and can be cancelled") {
  Random random(7);
  const Matrix V = spectrogram(257, 300, random);
  Factorisation first;
  for (const int threads : {1, 2, 5})
    on_threads(threads, [&] {
      const Factorisation found = factorise(V, by_em(7, 20));
      if (first.W.size() == 0) first = found;
      CHECK(found.W == first.W);
      CHECK(found.H == first.H);
    });
  CHECK_THROWS_AS(factorise(V, by_em(7, 20), [](const Progress&) { return Answer::cancel; }),
                  Cancelled);
}

TEST_CASE("EM goes with KL alone") {
  NmfOptions options = by_em(2, 5);
  options.divergence.beta = 0;
  CHECK_THROWS_WITH(options.validate(), contains("solver = em, must go with"));
  options.divergence.beta = 1;
  options.penalty = std::make_shared<const SparsityPenalty>(1.0);
  CHECK_THROWS_WITH(options.validate(), contains("without a prior"));
  CHECK(solver_from_string("em") == Solver::em);
  CHECK(to_string(Solver::em) == "em");
}
