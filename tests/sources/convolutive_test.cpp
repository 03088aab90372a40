#include "nmfsep/nmf/convolutive.hpp"

#include <tbb/global_control.h>

#include <cmath>
#include <set>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "nmfsep/nmf/priors/sparsity.hpp"
#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "support/catch.hpp"
#include "support/random_matrix.hpp"
#include "support/small_dictionary.hpp"

using namespace nmfsep;
using nmfsep::test::random_matrix;

namespace {

constexpr Index bins = 9;

Matrix random_atoms(Index context, Index components, std::uint64_t seed) {
  Matrix W = random_matrix(context * bins, components, seed);
  W.array().rowwise() /= W.colwise().sum().array().eval();
  return W;
}

/// Σ_τ W_τ H_{t−τ}, entry by entry, in double.
Eigen::MatrixXd model_of(const Eigen::MatrixXd& W, const Eigen::MatrixXd& H) {
  const Index context = W.rows() / bins;
  Eigen::MatrixXd R = Eigen::MatrixXd::Zero(bins, H.cols());
  for (Index t = 0; t < H.cols(); ++t)
    for (Index lag = 0; lag < context && lag <= t; ++lag)
      for (Index f = 0; f < bins; ++f)
        for (Index k = 0; k < H.rows(); ++k) R(f, t) += W(lag * bins + f, k) * H(k, t - lag);
  return R;
}

double divergence(const Matrix& V, const Eigen::MatrixXd& R) {
  double sum = 0;
  for (Index t = 0; t < V.cols(); ++t)
    for (Index f = 0; f < bins; ++f)
      sum += V(f, t) * std::log(V(f, t) / R(f, t)) - V(f, t) + R(f, t);
  return sum;
}

/// 1.9 times as far as the ratio goes, if over-relaxed.
double step(double ratio, Solver solver) {
  if (solver == Solver::multiplicative) return ratio;
  return ratio > 1 ? 1 + 1.9 * (ratio - 1) : 1 / (1 + 1.9 * (1 / ratio - 1));
}

/// The update of H of the paper, numerators and denominators summed over the lags.
void update_activations(const Matrix& V, const Eigen::MatrixXd& W, Eigen::MatrixXd& H,
                        Solver solver) {
  const Index context = W.rows() / bins;
  const Eigen::MatrixXd R = model_of(W, H);
  Eigen::MatrixXd next = H;
  for (Index k = 0; k < H.rows(); ++k)
    for (Index t = 0; t < H.cols(); ++t) {
      double above = 0;
      double below = 0;
      for (Index lag = 0; lag < context && t + lag < H.cols(); ++lag)
        for (Index f = 0; f < bins; ++f) {
          above += W(lag * bins + f, k) * V(f, t + lag) / R(f, t + lag);
          below += W(lag * bins + f, k);
        }
      next(k, t) = H(k, t) * step(above / below, solver);
    }
  H = next;
}

/// The update of every W_τ, and columns that sum to one again.
void update_dictionary(const Matrix& V, Eigen::MatrixXd& W, Eigen::MatrixXd& H, Solver solver) {
  const Eigen::MatrixXd R = model_of(W, H);
  Eigen::MatrixXd next = W;
  for (Index k = 0; k < H.rows(); ++k)
    for (Index row = 0; row < W.rows(); ++row) {
      double above = 0;
      double below = 0;
      for (Index t = row / bins; t < H.cols(); ++t) {
        above += V(row % bins, t) / R(row % bins, t) * H(k, t - row / bins);
        below += H(k, t - row / bins);
      }
      next(row, k) = W(row, k) * step(above / below, solver);
    }
  W = next;
  for (Index k = 0; k < H.rows(); ++k) {
    H.row(k) *= W.col(k).sum();
    W.col(k) /= W.col(k).sum();
  }
}

NmfOptions updates(int count, Index components = 2, Solver solver = Solver::over_relaxed) {
  NmfOptions options;
  options.components = components;
  options.iterations = count;
  options.tolerance = 0;
  options.solver = solver;
  return options;
}

ConvolutiveDictionary small_model(const std::string& name, int context, std::uint64_t seed) {
  ConvolutiveDictionary model;
  static_cast<ModelHeader&>(model) = test::small_dictionary(name);
  model.span = context;
  model.W = random_atoms(context, 2, seed);
  return model;
}

}  // namespace

TEST_CASE("convolutive activations follow the paper's update, for any context and length") {
  const Index context = GENERATE(1, 2, 5);
  const Index frames = GENERATE(1, 3, 70, 130);
  const Matrix V = random_matrix(bins, frames, 3);
  const Solver solver = GENERATE(Solver::multiplicative, Solver::over_relaxed);
  const Matrix W = random_atoms(context, 3, 4);
  Eigen::MatrixXd H = Eigen::MatrixXd::Constant(3, frames, V.mean() * bins / 3);
  for (int i = 0; i < 4; ++i) update_activations(V, W.cast<double>(), H, solver);
  const Activations found = infer_convolutive(V, W, updates(4, 2, solver), {});
  CHECK(found.H.isApprox(H.cast<float>(), 1e-4F));
  CHECK(found.report.final_cost() ==
        Approx(divergence(V, model_of(W.cast<double>(), H))).epsilon(1e-4).margin(1e-4));
}

TEST_CASE("convolutive dictionaries follow the paper's updates") {
  const Index context = GENERATE(1, 2, 5);
  const Matrix V = random_matrix(bins, 40, GENERATE(1, 2));
  const Solver solver = GENERATE(Solver::multiplicative, Solver::over_relaxed);
  const Factorisation start = factorise_convolutive(V, context, updates(1, 2, solver), {});
  const Factorisation later = factorise_convolutive(V, context, updates(4, 2, solver), {});
  Eigen::MatrixXd W = start.W.cast<double>();
  Eigen::MatrixXd H = start.H.cast<double>();
  for (int i = 0; i < 3; ++i) {
    update_activations(V, W, H, solver);
    update_dictionary(V, W, H, solver);
  }
  CHECK(later.W.isApprox(W.cast<float>(), 1e-4F));
  CHECK(later.H.isApprox(H.cast<float>(), 1e-4F));
  CHECK((later.W.colwise().sum().array() - 1).abs().maxCoeff() < 1e-5F);
}

TEST_CASE("the convolutive cost never rises, and it stops by its tolerance") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    NmfOptions options = updates(60, 3);
    options.seed = seed;
    const NmfReport report =
        factorise_convolutive(random_matrix(bins, 30, seed), 3, options, {}).report;
    for (std::size_t i = 1; i < report.cost.size(); ++i)
      CHECK(report.cost[i].cost <= report.cost[i - 1].cost * (1 + 1e-6));
    options.tolerance = 0.5;
    CHECK(factorise_convolutive(random_matrix(bins, 30, seed), 3, options, {}).report.termination ==
          Termination::tolerance);
  }
}

TEST_CASE("convolutive factors are the same to the bit on 1, 2 and 7 threads") {
  const Matrix V = random_matrix(bins, 300, 1);
  const Factorisation expected = factorise_convolutive(V, 5, updates(10), {});
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    const Factorisation again = factorise_convolutive(V, 5, updates(10), {});
    CHECK(again.W == expected.W);
    CHECK(again.H == expected.H);
  }
}

TEST_CASE("convolutive atoms that begin at onsets stay there") {
  // One atom of four frames that fades, every ten frames, and a little noise.
  constexpr Index frames = 100, context = 4;
  const Matrix shape = random_matrix(bins, 1, 8);
  Matrix V = 0.001F * random_matrix(bins, frames, 9);
  Vector weights = Vector::Constant(frames, 0.02F);
  for (Index onset = 3; onset + context <= frames; onset += 10) {
    weights(onset) = 1;
    for (Index lag = 0; lag < context; ++lag)
      V.col(onset + lag) += shape.col(0) * std::pow(0.5F, static_cast<float>(lag));
  }
  const auto at_onsets = [&](const Vector& start) {
    const Factorisation learnt = factorise_convolutive(V, {context, start}, updates(30, 1), {});
    double sum = 0;
    for (Index onset = 3; onset + context <= frames; onset += 10)
      sum += static_cast<double>(learnt.H(0, onset));
    return sum / static_cast<double>(learnt.H.sum());
  };
  CHECK(at_onsets(weights) > 0.9);
  CHECK(at_onsets({}) < 0.6);
  CHECK_THROWS_WITH(at_onsets(weights.head(9)), contains("9 weights of the beginning, but 100"));
  CHECK_THROWS_WITH(at_onsets(Vector::Zero(frames)), contains("must be above 0"));
}

TEST_CASE("silence has no events, and does not end in numbers that are none") {
  const Factorisation learnt = factorise_convolutive(Matrix::Zero(bins, 20), 3, updates(10), {});
  CHECK(learnt.W.allFinite());
  CHECK(learnt.H.allFinite());
}

TEST_CASE("each source of convolutive models is its atoms' events, channel by channel") {
  const auto a = small_model("a", 3, 1);
  const auto b = small_model("b", 3, 2);
  const auto decomposer = make_decomposer({a, b}, {}, updates(20));
  CHECK_FALSE(decomposer->reach());
  Matrix W(3 * bins, 4);
  W << a.W, b.W;
  const Matrix left = random_matrix(bins, 12, 5);
  const Matrix right = random_matrix(bins, 12, 6);
  Matrix both(bins, 24);
  both << left, right;
  const Decomposition result = decompose_whole(*decomposer, both, 2);
  REQUIRE(result.sources.size() == 2);
  CHECK(result.sources[1].name == "b");
  const Matrix H = infer_convolutive(right, W, updates(20), {}).H;
  CHECK(result.sources[1].magnitudes.rightCols(12).isApprox(
      model_of(b.W.cast<double>(), H.bottomRows(2).cast<double>()).cast<float>(), 1e-4F));
  CHECK(result.sources[0].magnitudes.leftCols(12) ==
        decompose_whole(*decomposer, left, 1).sources[0].magnitudes);
}

TEST_CASE("convolutive learning minimises what its options name") {
  const Matrix V = random_matrix(bins, 30, 3);
  std::set<double> costs;
  for (const double beta : {0.0, 1.0, 2.0}) {
    NmfOptions options = updates(30);
    options.divergence.beta = beta;
    costs.insert(factorise_convolutive(V, 3, options, {}).report.final_cost());
    options.penalty = std::make_shared<SparsityPenalty>(1);
    const NmfReport penalised = factorise_convolutive(V, 3, options, {}).report;
    costs.insert(penalised.final_cost());
    for (std::size_t i = 1; i < penalised.cost.size(); ++i)
      CHECK(penalised.cost[i].cost <= penalised.cost[i - 1].cost * (1 + 1e-5));
  }
  CHECK(costs.size() == 6);
}

TEST_CASE("convolutive factors scale with V, down to the smallest levels") {
  const Matrix V = random_matrix(bins, 30, 3);
  const Factorisation usual = factorise_convolutive(V, 3, updates(40), {});
  const Factorisation quiet = factorise_convolutive(0x1p-100F * V, 3, updates(40), {});
  CHECK(quiet.W == usual.W);
  CHECK(quiet.H == 0x1p-100F * usual.H);
}

TEST_CASE("convolutive learning stops by its tolerance, and never for a tolerance of 0") {
  const Matrix V = Matrix::Ones(bins, 1);  // explained at once, to the last bit
  CHECK(factorise_convolutive(V, 2, updates(100, 1), {}).report.iterations == 100);
  NmfOptions options = updates(100, 1);
  options.tolerance = 1e-2;
  const NmfReport report = factorise_convolutive(random_matrix(bins, 20, 1), 2, options, {}).report;
  CHECK(report.termination == Termination::tolerance);
  CHECK(report.iterations < 100);
}

TEST_CASE("convolutive learning refuses negative and missing values") {
  Matrix V = Matrix::Ones(bins, 20);
  V(3, 4) = -1;
  CHECK_THROWS_WITH(factorise_convolutive(V, 2, updates(1), {}),
                    contains("V(3, 4) = -1, must be finite and not negative"));
  CHECK_THROWS_AS(factorise_convolutive(Matrix(), 2, updates(1), {}), InvalidArgument);
  CHECK_THROWS_WITH(
      infer_convolutive(Matrix::Ones(bins, 4), Matrix::Ones(bins + 1, 1) / 10, updates(1), {}),
      contains("no whole number"));
}
