#include "nmfsep/sources/grouping/grouping.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/grouping/grouped_decomposer.hpp"
#include "sources/grouping/likeness.hpp"
#include "sources/grouping/spectral_clustering.hpp"
#include "support/catch.hpp"
#include "support/random_matrix.hpp"
#include "support/threads.hpp"

using namespace nmfsep;
using nmfsep::test::positive_matrix;
using nmfsep::test::random_matrix;

namespace {

const Analysis analysis{8000, {256, 64, Window::hann}};
constexpr Index bins = 129;
constexpr Index frames = 200;

/// Nodes of two kinds that take turns, alike within their kind.
ClusteringProblem two_kinds(Index nodes) {
  ClusteringProblem problem;
  problem.affinity = 0.05 * positive_matrix(nodes, nodes, 1).cast<double>();
  problem.affinity = (problem.affinity + problem.affinity.transpose()).eval();
  for (Index a = 0; a < nodes; ++a)
    for (Index b = a % 2; b < nodes; b += 2) problem.affinity(a, b) += 1;
  problem.weights = Eigen::VectorXd::Ones(nodes);
  problem.pinned.assign(static_cast<std::size_t>(nodes), -1);
  return problem;
}

/// The normalised cut of a split in two, straight from Shi & Malik (2000).
double cut(const Eigen::MatrixXd& A, const std::vector<Index>& cluster) {
  double across = 0;
  double volume[2] = {0, 0};
  for (Index a = 0; a < A.rows(); ++a)
    for (Index b = 0; b < A.cols(); ++b) {
      if (a == b) continue;
      const Index own = cluster[static_cast<std::size_t>(a)];
      volume[own] += A(a, b);
      if (own != cluster[static_cast<std::size_t>(b)]) across += A(a, b) / 2;
    }
  return across / volume[0] + across / volume[1];
}

/// Factors whose even components are low and lasting, whose odd ones high and short.
struct Material {
  Matrix W = Matrix::Constant(bins, 8, 1e-4F);
  Matrix H = Matrix::Constant(8, frames, 1e-4F);

  Material() {
    for (Index k = 0; k < 8; ++k) {
      const bool is_low = k % 2 == 0;
      for (Index i = 0; i < 6; ++i) W(is_low ? 4 + k + i : 90 + 3 * k + i, k) = 1;
      W.col(k) /= W.col(k).sum();
      for (Index t = 5 * k; t < frames; t += 40)
        for (Index lasts = 0; lasts < (is_low ? 30 : 1) && t + lasts < frames; ++lasts)
          H(k, t + lasts) = is_low ? std::exp(-0.05F * static_cast<float>(lasts)) : 1.0F;
    }
  }
};

bool is_alternating(const std::vector<Index>& groups) {
  for (std::size_t k = 2; k < groups.size(); ++k)
    if (groups[k] != groups[k - 2]) return false;
  return groups[0] != groups[1];
}

}  // namespace

TEST_CASE("the embedding's columns are leading eigenvectors of the normalised affinity") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Eigen::MatrixXd A = positive_matrix(9, 9, seed).cast<double>();
    A = (A + A.transpose()).eval();
    const Eigen::MatrixXd rows = spectral_embedding(A, 9);
    A.diagonal().setZero();
    const Eigen::VectorXd root = A.rowwise().sum().cwiseSqrt();
    // Of all eigenvectors rows have length one already, so that they diagonalise the matrix.
    const Eigen::MatrixXd inner = rows.transpose() * root.cwiseInverse().asDiagonal() * A *
                                  root.cwiseInverse().asDiagonal() * rows;
    CHECK((inner - Eigen::MatrixXd(inner.diagonal().asDiagonal())).cwiseAbs().maxCoeff() < 1e-10);
    CHECK(std::abs(inner(8, 8) - 1) < 1e-10);  // the largest eigenvalue of a graph
    for (Index i = 1; i < 9; ++i) CHECK(inner(i, i) >= inner(i - 1, i - 1) - 1e-12);
  }
}

TEST_CASE("clusters are those of the least normalised cut among all") {
  for (const Index nodes : {6, 9, 10}) {
    const ClusteringProblem problem = two_kinds(nodes);
    const std::vector<Index> found = cluster_spectrally(problem);
    CHECK(is_alternating(found));
    double least = 1e9;
    for (Index code = 1; code < (Index{1} << (nodes - 1)); ++code) {
      std::vector<Index> split;
      for (Index i = 0; i < nodes; ++i) split.push_back(code >> i & 1);
      least = std::min(least, cut(problem.affinity, split));
    }
    CHECK(std::abs(cut(problem.affinity, found) - least) < 1e-12);
  }
}

TEST_CASE("pinned nodes stay, name their cluster, and no cluster is empty") {
  ClusteringProblem problem = two_kinds(10);
  problem.pinned[3] = 0;
  problem.pinned[4] = 1;
  std::vector<Index> found = cluster_spectrally(problem);
  for (Index i = 0; i < 10; ++i) CHECK(found[static_cast<std::size_t>(i)] == (i + 1) % 2);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Eigen::MatrixXd A = random_matrix(12, 12, seed).cast<double>();
    problem.affinity = A + A.transpose();
    problem.weights = positive_matrix(12, 1, seed).cast<double>();
    problem.pinned.assign(12, -1);
    for (const std::size_t pinned : {1, 2, 3, 7}) problem.pinned[pinned] = 1;
    problem.clusters = 8;
    problem.seed = seed;
    found = cluster_spectrally(problem);
    std::set<Index> of_free;
    for (std::size_t i = 0; i < 12; ++i) {
      if (problem.pinned[i] < 0) of_free.insert(found[i]);
      if (problem.pinned[i] >= 0) CHECK(found[i] == 1);
    }
    CHECK(of_free.size() == 8);
    CHECK(cluster_spectrally(problem) == found);
  }
}

TEST_CASE("nodes that nothing makes alike are clustered all the same") {
  ClusteringProblem problem = two_kinds(5);
  problem.affinity.setZero();
  const auto found = cluster_spectrally(problem);
  CHECK(std::set<Index>(found.begin(), found.end()).size() == 2);
}

TEST_CASE("cepstra do not know how loud an atom is, and compare analyses") {
  const Matrix W = positive_matrix(bins, 5, 3);
  const Points points = cepstra(std::vector<Atoms>{{W, analysis}});
  const Matrix louder = 7 * W;
  const Points same = cepstra(std::vector<Atoms>{{louder, analysis}});
  CHECK((points - same).cwiseAbs().maxCoeff() < 1e-5);
  // A smooth spectrum at twice the rate and twice the bins.
  const Analysis wider{16000, {1024, 256, Window::hann}};
  const auto smooth = [](const Analysis& of) {
    Matrix atom(bins_of(of), 1);
    for (Index bin = 0; bin < atom.rows(); ++bin)
      atom(bin) = std::exp(-1e-3F * static_cast<float>(bin * of.sample_rate) /
                           static_cast<float>(of.stft.fft_size));
    return atom;
  };
  const Matrix narrow = smooth(analysis);
  const Matrix wide = smooth(wider);
  const Points both = cepstra(std::vector<Atoms>{{narrow, analysis}, {wide, wider}});
  CHECK((both.row(0) - both.row(1)).norm() < 0.1);
  CHECK(squared_distances(both)(0, 1) == (both.row(0) - both.row(1)).squaredNorm());
}

TEST_CASE("persistence is the autocorrelation at lags in seconds, of any loudness") {
  const Matrix H = random_matrix(3, 60, 5);
  const Points points = persistence(H, analysis);
  const Index lags[] = {3, 6, 12, 23};  // 23, 46, 93 and 186 ms of frames that are 8 ms apart
  for (Index k = 0; k < 3; ++k)
    for (Index i = 0; i < 4; ++i) {
      double crossed = 0;
      double energy = 0;
      for (Index t = 0; t < 60; ++t) {
        energy += static_cast<double>(H(k, t)) * H(k, t);
        if (t + lags[i] < 60) crossed += static_cast<double>(H(k, t)) * H(k, t + lags[i]);
      }
      CHECK(std::abs(points(k, i) - crossed / energy) < 1e-12);
    }
  CHECK((persistence(9 * H, analysis) - points).cwiseAbs().maxCoeff() < 1e-6);
  CHECK(persistence(H.leftCols(2), analysis) == Points::Zero(3, 4));
}

TEST_CASE("activations correlate as Pearson's coefficient of their roots says") {
  Matrix H = random_matrix(4, 50, 6);
  H.row(3).setZero();
  const Eigen::MatrixXd found = activation_correlation(H);
  for (Index a = 0; a < 3; ++a)
    for (Index b = 0; b < 3; ++b) {
      const Eigen::ArrayXd x = H.row(a).cast<double>().array().sqrt();
      const Eigen::ArrayXd y = H.row(b).cast<double>().array().sqrt();
      const double r = ((x - x.mean()) * (y - y.mean())).sum() /
                       std::sqrt((x - x.mean()).square().sum() * (y - y.mean()).square().sum());
      CHECK(std::abs(found(a, b) - r) < 1e-12);
    }
  CHECK(found.row(3).cwiseAbs().maxCoeff() == 0);
}

TEST_CASE("components that sound alike, last alike, or both, come together") {
  const Material made;
  for (const GroupBy by : {GroupBy::timbre, GroupBy::time, GroupBy::both}) {
    INFO(to_string(by));
    GroupingOptions options;
    options.by = by;
    CHECK(is_alternating(group_components({made.W, made.H, analysis}, options)));
    CHECK(group_by_from_string(to_string(by)) == by);
  }
}

TEST_CASE("what resembles an example is in its group") {
  const Material made;
  const auto example = [&](const std::string& name, Index component) {
    return GroupExample{name, made.W.col(component), made.H.row(component), analysis};
  };
  for (const GroupBy by : {GroupBy::timbre, GroupBy::time, GroupBy::both})
    for (const Index of : {0, 1}) {
      GroupingOptions options;
      options.by = by;
      options.examples = {example("known", of)};
      const auto groups = group_components({made.W, made.H, analysis}, options);
      CHECK(is_alternating(groups));
      CHECK(groups[static_cast<std::size_t>(of)] == 0);
      options.examples = {example("other", 3), example("known", 4)};
      CHECK(group_components({made.W, made.H, analysis}, options)[1] == 0);
    }
}

TEST_CASE("groups sum to what was learnt, on any number of threads") {
  const Material made;
  const Matrix V = made.W * made.H;
  NmfOptions nmf;
  nmf.components = 8;
  nmf.iterations = 30;
  const GroupedDecomposer decomposer({.groups = 3}, analysis, nmf);
  CHECK_FALSE(decomposer.reach());
  CHECK(decomposer.components() == 8);
  CHECK(decomposer.source_names() == std::vector<std::string>{"group-1", "group-2", "group-3"});
  Decomposition first;
  for (const int threads : {1, 3})
    test::on_threads(threads, [&] {
      const Decomposition found = decompose_whole(decomposer, V, 1);
      if (first.sources.empty()) first = found;
      for (std::size_t s = 0; s < 3; ++s)
        CHECK(found.sources[s].magnitudes == first.sources[s].magnitudes);
    });
  const Factorisation whole = factorise(V, nmf);
  Matrix sum = Matrix::Zero(V.rows(), V.cols());
  float energy = 1e30F;
  for (std::size_t s = 0; s < 3; ++s) {
    const Matrix& magnitudes = first.sources[s].magnitudes;
    CHECK(magnitudes.isApprox(first.factors[s].W * first.factors[s].H, 1e-5F));
    CHECK(first.factors[s].W.cols() > 0);
    sum += magnitudes;
    const float own = first.factors[s]
                          .W.colwise()
                          .squaredNorm()
                          .transpose()
                          .cwiseProduct(first.factors[s].H.rowwise().squaredNorm())
                          .sum();
    CHECK(own <= energy);  // the most first
    energy = own;
  }
  CHECK(sum.isApprox(whole.W * whole.H, 1e-5F));
}

TEST_CASE("groupings that cannot be are refused by name") {
  const auto refuses = [](const GroupingOptions& options, const std::string& rule) {
    CHECK_THROWS_WITH(options.validate(5), contains(rule));
  };
  refuses({.groups = 1}, "groups = 1, must be from 2 to the number of components, 5");
  refuses({.groups = 6}, "groups = 6, must be from 2");
  const GroupExample good{"a", positive_matrix(bins, 2, 1), positive_matrix(2, 9, 1), analysis};
  refuses({.groups = 2, .examples = {good, good, good}}, "examples = 3, must be at most");
  GroupExample bad = good;
  bad.W(3, 1) = -1;
  refuses({.groups = 2, .examples = {bad}}, "W[3][1] = -1");
  bad = good;
  bad.H.resize(3, 9);
  refuses({.groups = 2, .examples = {bad}}, "H");
  bad = good;
  bad.name = "a/b";
  refuses({.groups = 2, .examples = {bad}}, "a/b");
  CHECK_THROWS_AS(
      GroupedDecomposer({.groups = 2, .examples = {good, good}}, analysis, NmfOptions()),
      InvalidArgument);
  CHECK_THROWS_WITH(group_by_from_string("pitch"), contains("must be timbre, time or both"));
}
