// Guidance in the joint job, against the equations of Bryan & Mysore (2013) in plain loops.
#include "nmfsep/nmf/guided.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/atoms_part.hpp"
#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "nmfsep/sources/joint_decomposer.hpp"
#include "support/catch.hpp"
#include "support/random_matrix.hpp"
#include "support/small_autoencoder.hpp"
#include "support/small_dictionary.hpp"

using namespace nmfsep;
using test::positive_matrix;
using test::small_dictionary;

namespace {

constexpr Index bins = 9;
constexpr Index frames = 12;

NmfOptions updates(int count, Solver solver = Solver::multiplicative) {
  NmfOptions options;
  options.iterations = count;
  options.tolerance = 0;
  options.solver = solver;
  return options;
}

/// In [0, 1], with some that are 0 and some that are 1.
std::vector<Matrix> some_weights(std::size_t parts, std::uint64_t seed) {
  std::vector<Matrix> weights;
  for (std::size_t s = 0; s < parts; ++s)
    weights.emplace_back((1.4F * test::random_matrix(bins, frames, seed + s).array() - 0.2F)
                             .cwiseMax(0)
                             .cwiseMin(1));
  return weights;
}

std::vector<std::unique_ptr<Part>> dictionary_parts(const std::vector<Dictionary>& models,
                                                    Index learnt) {
  std::vector<std::unique_ptr<Part>> parts;
  for (const Dictionary& model : models)
    parts.push_back(std::make_unique<AtomsPart>(model.W, AtomSpan{1, 0}, nullptr));
  if (learnt > 0) parts.push_back(std::make_unique<AtomsPart>(learnt, AtomSpan{1, 0}, nullptr));
  return parts;
}

void require_falling(const NmfReport& report) {
  REQUIRE(report.cost.size() > 3);
  for (std::size_t i = 1; i < report.cost.size(); ++i)
    CHECK(report.cost[i].cost <= report.cost[i - 1].cost * (1 + 1e-6));
}

std::shared_ptr<const Guide> guide_of(const std::vector<Region>& regions, double strength = 5) {
  auto guide = std::make_shared<Guide>(strength);
  guide->add(regions, "f");
  return guide;
}

}  // namespace

TEST_CASE("guided updates are those of the equations") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const std::vector<Dictionary> models{small_dictionary("a", 2, seed),
                                         small_dictionary("b", 3, seed + 50)};
    const std::vector<Matrix> weights = some_weights(2, seed + 100);
    const Matrix V = positive_matrix(bins, frames, seed);
    auto parts = dictionary_parts(models, 0);
    const int count = 1 + static_cast<int>(seed % 4);
    const NmfReport report = explain_guided(V, 1, {parts, weights}, updates(count));

    std::vector<Eigen::MatrixXd> H{Eigen::MatrixXd::Ones(2, frames),
                                   Eigen::MatrixXd::Ones(3, frames)};
    std::vector<Eigen::MatrixXd> R(2);
    const auto find_models = [&] {
      for (std::size_t s = 0; s < 2; ++s) R[s] = models[s].W.cast<double>() * H[s];
    };
    const auto weighted = [&](Index f, Index t) {
      return static_cast<double>(weights[0](f, t)) * R[0](f, t) +
             static_cast<double>(weights[1](f, t)) * R[1](f, t);
    };
    for (int i = 0; i < count; ++i) {
      find_models();
      for (std::size_t s = 0; s < 2; ++s)
        for (Index t = 0; t < frames; ++t)
          for (Index k = 0; k < H[s].rows(); ++k) {
            double above = 0;
            double below = 0;
            for (Index f = 0; f < bins; ++f) {
              const double w = weights[s](f, t);
              const double all = weighted(f, t);
              // V_s = V ⊙ w_s ⊙ R_s ⊘ Σ w_j R_j, then H_s's usual update on it.
              const double Vs = all > 0 ? V(f, t) * w * R[s](f, t) / all : 0;
              above += models[s].W(f, k) * Vs / R[s](f, t);
              below += models[s].W(f, k);
            }
            H[s](k, t) *= above / below;
          }
    }
    find_models();
    double cost = 0;
    bool blocked = false;  // where all are never: the guide leaves no such bin
    for (Index t = 0; t < frames; ++t)
      for (Index f = 0; f < bins; ++f) {
        blocked = blocked || !(weighted(f, t) > 0);
        const double v = V(f, t);
        cost += v * std::log(v / weighted(f, t)) - v + R[0](f, t) + R[1](f, t);
      }
    for (std::size_t s = 0; s < 2; ++s) {
      INFO(seed << ", source " << s);
      CHECK((parts[s]->activations().cast<double>() - H[s]).cwiseAbs().maxCoeff() <
            2e-5 * H[s].maxCoeff());
    }
    if (!blocked) CHECK(report.final_cost() == Approx(cost).epsilon(1e-4));
  }
}

TEST_CASE("the guided cost never rises, with models, learnt sources, networks and long atoms") {
  for (const Solver solver : {Solver::multiplicative, Solver::over_relaxed}) {
    const Matrix V = positive_matrix(bins, frames, 4);
    auto parts = dictionary_parts({small_dictionary("a"), small_dictionary("b", 3, 8)}, 2);
    const auto weights = some_weights(3, 21);
    require_falling(explain_guided(V, 1, {parts, weights}, updates(100, solver)));
  }
  ConvolutiveDictionary convolutive;
  static_cast<ModelHeader&>(convolutive) = small_dictionary("long");
  convolutive.span = 3;
  convolutive.W = positive_matrix(3 * bins, 3, 5);
  convolutive.W.array().rowwise() /= convolutive.W.colwise().sum().array().eval();
  const JointDecomposer joint({small_dictionary("a"), convolutive}, {{"rest", 2}}, updates(100),
                              {guide_of({{0, 1, "a", 0, 4000}, {0, 0.0005, "!rest"}})});
  require_falling(joint.decompose(MixtureBlock(positive_matrix(bins, frames, 9), 1), {}).report);
}

TEST_CASE("weights of 1 change nothing") {
  const Matrix V = positive_matrix(bins, frames, 3);
  const std::vector<Dictionary> models{small_dictionary("a"), small_dictionary("b", 3, 8)};
  auto plain = dictionary_parts(models, 2);
  auto guided = dictionary_parts(models, 2);
  explain_jointly(V, 1, plain, updates(20));
  const std::vector<Matrix> ones(3, Matrix::Ones(bins, frames));
  explain_guided(V, 1, {guided, ones}, updates(20));
  for (std::size_t s = 0; s < 3; ++s)
    CHECK((plain[s]->estimate() - guided[s]->estimate()).cwiseAbs().maxCoeff() < 1e-4F);
}

TEST_CASE("what never sounds is nothing there, in every kind") {
  const Region never{0, 100, "!a", 0, 5000};
  const Matrix V = positive_matrix(bins, 2 * frames, 6);
  const Analysis analysis = small_dictionary("a").analysis;
  for (const std::vector<SourceModel>& models :
       {std::vector<SourceModel>{small_dictionary("a"), small_dictionary("b", 3, 8)},
        std::vector<SourceModel>{test::small_paired_dictionary("a", 3, 2),
                                 test::small_paired_dictionary("b", 3, 2, 9)},
        std::vector<SourceModel>{test::small_autoencoder("a"), small_dictionary("b")}}) {
    const JointDecomposer joint(models, {{"rest", 2}}, updates(30), {guide_of({never})});
    const auto found = joint.decompose(MixtureBlock(V, 2), {}).sources;
    REQUIRE(found.size() == 3);
    const auto barred = static_cast<Index>(5000 / (22050.0 / 16)) + 1;  // bins
    CHECK(found[0].magnitudes.topRows(barred).maxCoeff() == 0);
    CHECK(found[0].magnitudes.bottomRows(bins - barred).minCoeff() > 0);
    CHECK((found[1].magnitudes + found[2].magnitudes).minCoeff() > 0);
  }
  const JointDecomposer learnt({}, {{"a", 2}, {"b", 2}}, updates(30),
                               {guide_of({never}), analysis});
  const auto found = learnt.decompose(MixtureBlock(V, 2), {}).sources;
  CHECK(found[0].magnitudes.topRows(3).maxCoeff() == 0);
}

TEST_CASE("guidance that cannot be is refused") {
  const std::vector<SourceModel> models{small_dictionary("a"), small_dictionary("b", 3, 8)};
  CHECK_THROWS_WITH(JointDecomposer(models, {}, updates(3), {guide_of({{0, 1, "c"}})}),
                    contains("'c' is no source here; there are a, b"));
  CHECK_THROWS_AS(JointDecomposer({}, {{"a", 2}}, updates(3)), InvalidArgument);
  NmfOptions other = updates(3);
  other.divergence.beta = 2;
  CHECK_THROWS_AS(JointDecomposer(models, {}, other, {guide_of({{0, 1, "a"}})}), InvalidArgument);
  auto parts = dictionary_parts({small_dictionary("a")}, 0);
  const std::vector<Matrix> wrong(1, Matrix::Ones(bins, 3));
  CHECK_THROWS_AS(explain_guided(positive_matrix(bins, frames, 1), 1, {parts, wrong}, updates(3)),
                  InvalidArgument);
}
