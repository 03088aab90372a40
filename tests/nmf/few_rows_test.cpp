#include "nmfsep/nmf/few_rows.hpp"

#include <numeric>

#include "nmf/few_rows/row_merger.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/activation_finder.hpp"
#include "nmfsep/nmf/priors/sparsity.hpp"
#include "oracle.hpp"
#include "support/catch.hpp"
#include "support/threads.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

using Starts = std::vector<Index>;

/// What the atoms know of the rows from `first` to `last` as a group: Σ_k a_k·log(a_k/A).
double knowledge(const Matrix& W, Index first, Index last) {
  const Eigen::RowVectorXd sums = W.middleRows(first, last - first).cast<double>().colwise().sum();
  double known = 0;
  for (const double a : sums)
    if (a > 0) known += a * std::log(a / sums.sum());
  return known;
}

/// The loss of merging the groups around each inner start; none may be merged over a span's border.
double least_loss(const Matrix& W, const Starts& starts, Index span) {
  double least = INFINITY;
  for (std::size_t g = 1; g + 1 < starts.size(); ++g)
    if (starts[g] % span != 0)
      least = std::min(least, knowledge(W, starts[g - 1], starts[g]) +
                                  knowledge(W, starts[g], starts[g + 1]) -
                                  knowledge(W, starts[g - 1], starts[g + 1]));
  return least;
}

/// The inner start that is in `before` and no more in `after`, by its place in `before`.
std::size_t merged_at(const Starts& before, const Starts& after) {
  std::size_t place = 0;
  while (before[place] == after[place]) ++place;
  return place;
}

Matrix smooth_dictionary(Index rows, Index components, std::uint64_t seed) {
  Random random(seed);
  Matrix W(rows, components);
  for (Index k = 0; k < components; ++k) {
    float level = random.uniform();
    for (Index row = 0; row < rows; ++row) {
      if (random.uniform() < 0.1F) level = random.uniform() * random.uniform();
      W(row, k) = level + 0.02F * random.uniform();
    }
    W.col(k) /= W.col(k).sum();
  }
  return W;
}

/// Two sources' atoms, 60 rows of 3 spans, and what a few of them say together.
struct Small {
  Matrix W = smooth_dictionary(60, 40, 1);
  Matrix V;
  FewRowsOptions few{12, 30};

  explicit Small(Index frames = 101) {
    Random random(2);
    Matrix H = Matrix::Zero(40, frames);
    for (Index t = 0; t < frames; ++t)
      for (int i = 0; i < 4; ++i) H(static_cast<Index>(random.below(40)), t) = random.uniform();
    V = W * H + Matrix::NullaryExpr(60, frames, [&] { return 1e-3F * random.uniform(); });
  }
  std::vector<MatrixView> sources() const { return {W.leftCols(15), W.rightCols(25)}; }
  FewRows search() const { return {sources(), 3, few}; }
};

NmfOptions updates(int iterations, double tolerance = 0) {
  NmfOptions options;
  options.iterations = iterations;
  options.tolerance = tolerance;
  return options;
}

}  // namespace

TEST_CASE("rows merge one pair after the other, always where the least is lost") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Index spans = 1 + static_cast<Index>(seed % 3);
    const Matrix W = smooth_dictionary(36, 5 + static_cast<Index>(seed), seed);
    RowMerger merger({W.leftCols(2), W.rightCols(W.cols() - 2)}, spans);
    Starts before = merger.starts();
    REQUIRE(before.size() == 37);
    while (static_cast<Index>(before.size()) - 1 > spans) {
      merger.merge_to(static_cast<Index>(before.size()) - 2);
      const Starts after = merger.starts();
      REQUIRE(after.size() + 1 == before.size());
      const std::size_t g = merged_at(before, after);
      const double loss = knowledge(W, before[g - 1], before[g]) +
                          knowledge(W, before[g], before[g + 1]) -
                          knowledge(W, before[g - 1], before[g + 1]);
      REQUIRE(before[g] % (36 / spans) != 0);
      REQUIRE(loss <= least_loss(W, before, 36 / spans) + 1e-6);
      before = after;
    }
    merger.merge_to(0);
    CHECK(merger.starts() == before);
  }
}

TEST_CASE("proportional rows merge first, and silent ones") {
  Matrix W = smooth_dictionary(9, 6, 3);
  W.row(4) = 3 * W.row(3);
  W.row(5) = W.row(3) / 2;
  W.row(8).setZero();
  RowMerger merger({W}, 1);
  merger.merge_to(6);
  CHECK(merger.starts() == Starts{0, 1, 2, 3, 6, 7, 9});
}

TEST_CASE("where rows are proportional, few rows explain as all do") {
  Random random(4);
  const Matrix fine = smooth_dictionary(30, 20, 5);
  Matrix W(90, 20);
  for (Index row = 0; row < 90; ++row) W.row(row) = fine.row(row / 3) * (0.2F + random.uniform());
  for (Index k = 1; k < 20; ++k) W.col(k) *= W.col(0).sum() / W.col(k).sum();
  W /= W.col(0).sum();
  const Matrix V = W * Matrix::NullaryExpr(20, 12, [&] { return random.uniform(); });
  FewRowsOptions few{30, 30};
  few.faintest = 0;
  few.first_updates = few.updates = 0.5;
  const Matrix found = FewRows({W}, 1, few).infer(V, updates(2000)).H;
  const Matrix full = infer_activations(V, W, updates(2000)).H;
  const double scale = divergence(V.cast<double>(), Doubles::Constant(90, 12, V.mean()), 1);
  CHECK(divergence(V.cast<double>(), model(W.cast<double>(), found.cast<double>()), 1) <
        1e-4 * scale);
  CHECK(divergence(V.cast<double>(), model(W.cast<double>(), full.cast<double>()), 1) <
        1e-4 * scale);
}

TEST_CASE("activations on few rows are nearly as good as on all, and some are 0") {
  const Small small;
  const Matrix few = small.search().infer(small.V, updates(50)).H;
  const Matrix full = infer_activations(small.V, small.W, updates(50)).H;
  CHECK((few.array() > 0).count() < few.size() * 9 / 10);
  CHECK((few.array() > 0).count() > 0);
  CHECK(few.minCoeff() >= 0);
  const auto cost = [&](const Matrix& H) {
    return divergence(small.V.cast<double>(), model(small.W.cast<double>(), H.cast<double>()), 1);
  };
  const Matrix flat = Matrix::Ones(40, 1) * small.V.colwise().sum() / 40;
  CHECK(cost(few) < cost(full) + 0.1 * (cost(flat) - cost(full)));
  CHECK(cost(flat) > 4 * cost(few));
}

TEST_CASE("each dropped atom was faint beside its own source, however faint that was") {
  Small small;
  small.V.col(0) = small.W.col(3) * 1e-4F + small.W.col(20);  // the first source all but silent
  const Matrix H = small.search().infer(small.V, updates(50)).H;
  for (Index t = 0; t < H.cols(); ++t)
    for (const auto& [first, count] : {std::pair<Index, Index>{0, 15}, {15, 25}}) {
      const auto part = H.col(t).segment(first, count);
      CHECK(part.sum() > 0);
      for (const float h : part)
        if (h > 0) CHECK(h > 0.5e-3F * part.sum());
    }
}

TEST_CASE("any split of the frames gives few rows the same bits, whatever the tolerance") {
  const Small small;
  const FewRows search = small.search();
  NmfOptions options = updates(100, 1e-3);
  options.solver = GENERATE(Solver::multiplicative, Solver::over_relaxed, Solver::squarem);
  const Matrix whole = search.infer(small.V, options).H;
  for (const Index chunk : {1, 7, 16, 50}) {
    Matrix pieces(whole.rows(), whole.cols());
    for (Index first = 0; first < whole.cols(); first += chunk) {
      const Index count = std::min(chunk, whole.cols() - first);
      pieces.middleCols(first, count) = search.infer(small.V.middleCols(first, count), options).H;
    }
    CHECK(pieces == whole);
  }
}

TEST_CASE("few rows have the same bits on any number of threads") {
  const Small small(333);
  const Activations first = small.search().infer(small.V, updates(50));
  for (const int threads : {1, 2, 7})
    on_threads(threads, [&] {
      const Activations again = small.search().infer(small.V, updates(50));
      CHECK(again.H == first.H);
      CHECK(again.report.final_cost() == first.report.final_cost());
    });
}

TEST_CASE("the report of few rows counts the updates of both levels, and its cost never rises") {
  const Small small;
  const NmfReport report = small.search().infer(small.V, updates(50)).report;
  CHECK(report.iterations == 60);
  CHECK(report.termination == Termination::iterations);
  REQUIRE(report.cost.size() == 5);
  CHECK(report.cost.front().iteration == 20);
  CHECK(report.cost.back().iteration == 60);
  for (std::size_t i = 1; i < report.cost.size(); ++i)
    CHECK(report.cost[i].cost <= report.cost[i - 1].cost * (1 + 1e-3));
  CHECK(small.search().infer(small.V, updates(10000, 1e-2)).report.termination ==
        Termination::tolerance);
}

TEST_CASE("silence and very loud and quiet frames are as few rows to few rows as to all") {
  Small small(4);
  small.V.col(0).setZero();
  small.V.col(1) *= 1e30F;
  small.V.col(2) = small.V.col(3) * 0x1p-60F;
  const Activations found = small.search().infer(small.V, updates(50));
  CHECK(found.H.allFinite());
  CHECK(found.H.col(0).isZero(0));
  CHECK(found.H.col(2) * 0x1p60F == found.H.col(3));
  CHECK(std::isfinite(found.report.final_cost()));
}

TEST_CASE(
    "few rows are for large dictionaries, Kullback-Leibler without a prior, and not by force") {
  NmfOptions options;
  CHECK(FewRows::suit(6147, 800, options));
  CHECK(FewRows::suit(1539, 800, options));
  CHECK_FALSE(FewRows::suit(2049, 50, options));
  CHECK_FALSE(FewRows::suit(1025, 400, options));
  CHECK_FALSE(FewRows::suit(513, 4000, options));
  NmfOptions exact;
  exact.exact = true;
  CHECK_FALSE(FewRows::suit(6147, 800, exact));
  NmfOptions other;
  other.divergence = {0.5};
  CHECK_FALSE(FewRows::suit(6147, 800, other));
  NmfOptions sparse;
  sparse.penalty = std::make_shared<SparsityPenalty>(0.1);
  CHECK_FALSE(FewRows::suit(6147, 800, sparse));
}

TEST_CASE("a finder searches small dictionaries in full, to the bit, and large ones on few rows") {
  const Small small;
  const NmfOptions options = updates(50);
  CHECK(ActivationFinder(small.sources(), 3, options).find(small.V).H ==
        infer_activations(small.V, small.W, options).H);

  const Matrix W = smooth_dictionary(2502, 400, 6);
  const Matrix V = W.leftCols(2) + W.rightCols(2);
  const ActivationFinder finder({W.leftCols(150), W.rightCols(250)}, 3, options);
  CHECK(finder.components() == 400);
  CHECK((finder.find(V).H.array() == 0).any());
  NmfOptions exact = options;
  exact.exact = true;
  CHECK(ActivationFinder({W.leftCols(150), W.rightCols(250)}, 3, exact).find(V).H ==
        infer_activations(V, W, exact).H);
}

TEST_CASE("drop_faint compares with the sum of an activation's own source") {
  Matrix H(4, 2);
  H << 1, 0, 0.002F, 1e-6F, 1e-5F, 0, 1e-9F, 5;
  drop_faint({2, 2}, 3e-3, H);
  Matrix expected(4, 2);
  expected << 1, 0, 0, 1e-6F, 1e-5F, 0, 0, 5;
  CHECK(H == expected);
}

TEST_CASE("few rows name what is wrong with their input") {
  const Small small;
  CHECK_THROWS_WITH(FewRows({}, 1), contains("no source"));
  CHECK_THROWS_WITH(FewRows({small.W}, 7), contains("60 rows are not 7 frames"));
  CHECK_THROWS_WITH(FewRows({small.W, small.W.topRows(59)}, 1), contains("59"));
  CHECK_THROWS_AS(FewRows({Matrix(2 * small.W)}, 1), InvalidArgument);
  CHECK_THROWS_WITH(small.search().infer(small.V.topRows(59), updates(5)),
                    contains("60 rows, V has 59"));
  CHECK_THROWS_WITH(small.search().infer(-small.V, updates(5)), contains("V(0, 0)"));
  CHECK_THROWS_AS(
      small.search().infer(small.V, updates(5), [](const Progress&) { return Answer::cancel; }),
      Cancelled);
}
