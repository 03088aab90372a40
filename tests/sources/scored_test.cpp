// What a score says, in the joint job.
#include "nmfsep/core/errors.hpp"
#include "nmfsep/sources/joint_decomposer.hpp"
#include "support/catch.hpp"
#include "support/random_matrix.hpp"

using namespace nmfsep;

namespace {

const Analysis analysis{8000, {256, 64}};
constexpr Index frames = 100;  // 0.8 s

std::shared_ptr<const MusicScore> some_score() {
  return std::make_shared<MusicScore>(
      std::vector<ScorePart>{{1, "low", {{0.1, 0.2, 57, false}, {0.3, 0.4, 62, false}}},
                             {2, "high", {{0.25, 0.6, 88, false}, {0.1, 0.2, 38, true}}}},
      MusicScoreOptions{0.02, 0.5});
}

NmfOptions updates(int count) {
  NmfOptions options;
  options.iterations = count;
  options.tolerance = 0;
  return options;
}

}  // namespace

TEST_CASE("what a score does not allow stays nothing, and the rest is learnt") {
  const auto score = some_score();
  const JointDecomposer decomposer({}, {{"rest", 2}}, updates(30),
                                   Guidance{nullptr, analysis, 0, score});
  CHECK(decomposer.source_names() == std::vector<std::string>{"rest", "low", "high"});
  CHECK(decomposer.components() == 6);
  CHECK_FALSE(decomposer.reach());
  const Matrix V = test::positive_matrix(129, 2 * frames, 1);
  const Decomposition found = decompose_whole(decomposer, V, 2);
  for (std::size_t s = 1; s < 3; ++s) {
    const ScoreStart start = score->start(found.sources[s].name, GuideGrid{analysis, frames, 0});
    const auto& [W, H] = found.factors[s];
    REQUIRE(W.rows() == start.W.rows());
    CHECK((start.W.array() == 0).select(W, 0).maxCoeff() == 0);
    CHECK((start.W.array() > 0).select(W, 1).minCoeff() > 0);
    for (Index channel = 0; channel < 2; ++channel) {
      const Matrix own = H.middleCols(channel * frames, frames);
      CHECK((start.H.array() == 0).select(own, 0).maxCoeff() == 0);
      CHECK(own.maxCoeff() > 0);
    }
    CHECK(found.sources[s].magnitudes.isApprox(W * H, 1e-3F));
  }
  for (std::size_t i = 1; i < found.report.cost.size(); ++i)
    CHECK(found.report.cost[i].cost <= found.report.cost[i - 1].cost * (1 + 1e-6));
}

TEST_CASE("a score's source cannot be called as another is") {
  CHECK_THROWS_AS(
      JointDecomposer({}, {{"low", 2}}, updates(1), Guidance{nullptr, analysis, 0, some_score()}),
      InvalidArgument);
}
