#include <tbb/global_control.h>

#include "literal_priors.hpp"
#include "nmf/step/penalised.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/nmf/convolutive.hpp"
#include "nmfsep/nmf/nmf.hpp"
#include "nmfsep/nmf/priors/combined.hpp"
#include "nmfsep/nmf/priors/prior_text.hpp"
#include "nmfsep/nmf/priors/sparsity.hpp"

using namespace nmfsep;
using namespace nmfsep::test;

namespace {

/// The prior on two blocks: the first component, and the others.
std::shared_ptr<const Penalty> on_two_blocks(const std::string& text, Index components) {
  return prior_from_string(text)->on({{"a", 1}, {"b", components - 1}});
}

/// Activations and how their frames are scaled.
struct Place {
  Place(Index components, Index frames, Random& random)
      : H(random_matrix(components, frames, random)),
        norms(Vector::Constant(components, 0.5F)),
        totals(Vector::Ones(frames) + random_matrix(frames, 1, random).col(0)) {
    H(0, 0) = 0;
  }

  double cost(const Penalty& penalty, const Matrix& at, float scale = 1, double beta = 1) const {
    const JobScales scales(scale, {beta}, scale * totals);
    const FrameScales frames = scales.frames();
    return PenalisedActivations(penalty, norms, frames).cost(scale * at);
  }

  /// ∇⁺ − ∇⁻.
  Matrix gradient(const Penalty& penalty) const {
    const JobScales scales(1, {}, totals);
    const FrameScales frames = scales.frames();
    Matrix negative, positive;
    PenalisedActivations(penalty, norms, frames).gradient(H, negative, positive);
    REQUIRE(negative.minCoeff() >= 0);
    REQUIRE(positive.minCoeff() >= 0);
    return positive - negative;
  }

  Matrix H;
  Vector norms;
  Vector totals;
};

std::vector<std::string> all_texts() {
  std::vector<std::string> texts{"sparsity=0.5", "atom-dirichlet=1.2", "atom-dirichlet=0.8",
                                 "orthogonality=0.3"};
  for (const LiteralPrior& prior : literal_priors()) texts.push_back(prior.text);
  return texts;
}

NmfOptions options_for(Index components, int iterations) {
  NmfOptions options;
  options.components = components;
  options.iterations = iterations;
  options.tolerance = 0;
  return options;
}

/// Multiplicative updates of H as the formulas say, from equal activations: in each frame, or where
/// frames depend on each other in all.
Doubles literal_search(const Matrix& V, const Matrix& W, const LiteralPrior& prior,
                       int iterations) {
  const Doubles Vd = V.cast<double>();
  const Doubles Wd = W.cast<double>();
  const Eigen::VectorXd v = Vd.colwise().sum().transpose();
  const double exponent = 1 / (prior.powers.most - std::min(0.0, prior.powers.least));
  Doubles H = Doubles::Zero(W.cols(), V.cols());
  const auto components = static_cast<double>(W.cols());
  H.rowwise() = v.transpose() / components;
  if (prior_from_string(prior.text)->reach() != 0) H.setConstant(v.mean() / components);
  for (int i = 0; i < iterations; ++i) {
    const Doubles R = model(Wd, H);
    const Doubles before = H;
    for (Index k = 0; k < H.rows(); ++k)
      for (Index t = 0; t < H.cols(); ++t) {
        double numerator = prior.negative(before, v, k, t);
        double denominator = Wd.col(k).sum() + prior.positive(before, v, k, t);
        for (Index f = 0; f < Vd.rows(); ++f)
          if (Wd(f, k) > 0) numerator += Wd(f, k) * Vd(f, t) / R(f, t);
        H(k, t) *= std::pow(numerator / denominator, exponent);
      }
  }
  return H;
}

void require_never_rises(const NmfReport& report) {
  for (std::size_t i = 1; i < report.cost.size(); ++i) {
    const double before = report.cost[i - 1].cost;
    REQUIRE(report.cost[i].cost <= before + 2e-6 * std::abs(before) + 1e-9);
  }
}

}  // namespace

TEST_CASE("a prior's amount is that of its formula, at any scale") {
  Random random(1);
  for (const LiteralPrior& prior : literal_priors()) {
    CAPTURE(prior.text);
    for (int i = 0; i < 20; ++i) {
      const Place place(4, 150, random);
      const auto penalty = on_two_blocks(prior.text, 4);
      const double expected = prior.cost(place.H.cast<double>(), place.totals.cast<double>());
      CHECK(place.cost(*penalty, place.H) == Approx(expected).epsilon(1e-5));
      CHECK(place.cost(*penalty, place.H, 8) == Approx(8 * expected).epsilon(1e-5));
    }
  }
}

TEST_CASE("a prior's gradient is that of finite differences") {
  Random random(2);
  for (const std::string& text : all_texts()) {
    CAPTURE(text);
    const Place place(4, 6, random);
    const auto penalty = on_two_blocks(text, 4);
    const Matrix gradient = place.gradient(*penalty);
    for (Index k = 0; k < 4; ++k)
      for (Index t = 0; t < 6; ++t) {
        const float step = 2e-3F * place.H(k, t) + 1e-4F;
        Matrix above = place.H, below = place.H;
        above(k, t) += step;
        below(k, t) -= step;
        const double slope = (place.cost(*penalty, above) - place.cost(*penalty, below)) /
                             (static_cast<double>(above(k, t)) - below(k, t));
        CHECK(gradient(k, t) == Approx(slope).epsilon(0.03).margin(0.02));
      }
  }
}

TEST_CASE("the gradient by an atom's scale is that of finite differences") {
  Random random(3);
  for (const std::string& text : all_texts()) {
    if (text.starts_with("sparsity")) continue;  // it has another in every bin
    CAPTURE(text);
    const Place place(4, 9, random);
    const auto penalty = on_two_blocks(text, 4);
    const JobScales scales(1, {}, place.totals);
    const FrameScales frames = scales.frames();
    const Eigen::MatrixXd split =
        PenalisedActivations(*penalty, place.norms, frames).scale_gradient(place.H);
    for (Index k = 0; k < 4; ++k) {
      Matrix above = place.H, below = place.H;
      above.row(k) *= 1.01F;
      below.row(k) *= 0.99F;
      const double slope = (place.cost(*penalty, above) - place.cost(*penalty, below)) / 0.02;
      CHECK(split(k, 1) - split(k, 0) == Approx(slope).epsilon(0.01).margin(0.01));
    }
  }
}

TEST_CASE("activations under a prior are those of the formulas' updates") {
  Random random(4);
  for (const LiteralPrior& prior : literal_priors())
    for (int i = 0; i < 40; ++i) {
      CAPTURE(prior.text, i);
      const Matrix V = random_spectrogram(9, 7, random).array() + 1e-6F;
      const Matrix W = random_dictionary(9, 3, random);
      NmfOptions options = options_for(3, 12);
      options.solver = Solver::multiplicative;
      options.penalty = on_two_blocks(prior.text, 3);
      const Doubles found = infer_activations(V, W, options).H.cast<double>();
      const Doubles expected = literal_search(V, W, prior, 12);
      for (Index t = 0; t < V.cols(); ++t)
        REQUIRE((found.col(t) - expected.col(t)).cwiseAbs().maxCoeff() <=
                2e-3 * expected.col(t).maxCoeff());
    }
}

TEST_CASE("the cost under a prior never rises, whatever is learnt and however") {
  Random random(5);
  for (int i = 0; i < 120; ++i)
    for (const std::string& text : all_texts()) {
      CAPTURE(text, i);
      const double beta = i % 4 == 1 ? 0 : i % 4 == 2 ? 2 : i % 4 == 3 ? 0.5 : 1;
      Matrix V = random_spectrogram(12, 10, random);
      if (beta < 1) V.array() += 1e-3F * V.maxCoeff();
      NmfOptions options = options_for(4, 30);
      options.divergence = {beta};
      options.seed = static_cast<std::uint64_t>(i);
      options.solver = i % 3 == 0   ? Solver::multiplicative
                       : i % 3 == 1 ? Solver::over_relaxed
                                    : Solver::squarem;
      options.penalty = on_two_blocks(text, 4);
      CAPTURE(beta, to_string(options.solver));
      require_never_rises(factorise(V, options).report);
      require_never_rises(factorise_convolutive(V, 2, options, {}).report);
      require_never_rises(infer_activations(V, random_dictionary(12, 4, random), options).report);
    }
}

TEST_CASE("several priors add up, in cost and gradient") {
  Random random(6);
  const Place place(4, 140, random);
  double cost = 0;
  Matrix gradient = Matrix::Zero(4, 140);
  std::vector<std::shared_ptr<const Penalty>> priors{nullptr};
  for (const std::string& text : all_texts()) {
    priors.push_back(on_two_blocks(text, 4));
    cost += place.cost(*priors.back(), place.H);
    gradient += place.gradient(*priors.back());
  }
  const auto all = sum_of(priors);
  CHECK(place.cost(*all, place.H) == Approx(cost).epsilon(1e-5));
  CHECK((place.gradient(*all) - gradient).cwiseAbs().maxCoeff() <
        1e-4 * gradient.cwiseAbs().maxCoeff());
  CHECK(sum_of({nullptr}) == nullptr);
  CHECK(sum_of({priors[1]}) == priors[1]);
  CHECK_FALSE(all->reach().has_value());
  CHECK(sum_of({priors[1], prior_from_string("smoothness=1")})->reach() == Index{1});

  for (int i = 0; i < 30; ++i) {
    NmfOptions options = options_for(4, 40);
    options.seed = static_cast<std::uint64_t>(i);
    options.penalty = all;
    require_never_rises(factorise(random_spectrogram(12, 10, random), options).report);
  }
}

TEST_CASE("a prior of one source moves the atoms of no other") {
  Random random(7);
  const Place place(5, 8, random);
  const std::vector<AtomBlock> blocks{{"a", 2}, {"b", 2}, {"c", 1}};
  for (const std::string& text : all_texts()) {
    CAPTURE(text);
    const auto prior = prior_from_string(text);
    if (prior->is_between_sources()) {
      CHECK_THROWS_WITH(of_source("b", prior), contains("is between sources, not of one"));
      continue;
    }
    const auto of_b = of_source("b", prior)->on(blocks);
    const Matrix gradient = place.gradient(*of_b);
    CHECK(gradient.topRows(2).isZero(0));
    CHECK(gradient.bottomRows(1).isZero(0));
    Place alone = place;
    alone.H = place.H.middleRows(2, 2);
    alone.norms = place.norms.head(2);
    CHECK(gradient.middleRows(2, 2) == alone.gradient(*prior->on({{"b", 2}})));
    CHECK(place.cost(*of_b, place.H) == alone.cost(*prior->on({{"b", 2}}), alone.H));
    CHECK(of_source("d", prior)->on(blocks) == nullptr);
  }
  // What is learnt beside fixed atoms, too.
  for (int i = 0; i < 30; ++i) {
    NmfOptions options = options_for(3, 40);
    options.seed = static_cast<std::uint64_t>(i);
    options.penalty =
        sum_of({of_source("b", prior_from_string("sparsity=1")), prior_from_string("gamma=2,1"),
                of_source("b", prior_from_string("atom-dirichlet=0.9")),
                prior_from_string("orthogonality=0.1")})
            ->on(blocks);
    require_never_rises(
        factorise(random_spectrogram(12, 10, random), random_dictionary(12, 2, random), options)
            .report);
  }
}

/// A dictionary of which the last components are learnt, on the blocks a, b, b, c, c.
struct Atoms {
  explicit Atoms(Random& random) : W(random_dictionary(9, 5, random)) {}

  PenaltyDictionary seen() const {
    return {TileView(W.data(), W.rows(), W.cols()), 2, norms, sums, 3};
  }
  double cost(const Penalty& penalty) const { return penalty.dictionary_cost(seen()); }
  /// What it costs once entry (f, k) is `value`, and the column sums to one again.
  double cost_with(const Penalty& penalty, Index f, Index k, float value) const {
    Atoms changed = *this;
    changed.W(f, k) = value;
    changed.W.col(k) /= changed.W.col(k).sum();
    return changed.cost(penalty);
  }
  /// ∇⁺ − ∇⁻.
  TileMatrix gradient(const Penalty& penalty) const {
    TileMatrix negative = TileMatrix::Zero(9, 3), positive = negative;
    penalty.add_dictionary_gradient(
        seen(), {TileMap(negative.data(), 9, 3), TileMap(positive.data(), 9, 3)});
    REQUIRE(negative.minCoeff() >= 0);
    REQUIRE(positive.minCoeff() >= 0);
    return positive - negative;
  }

  static std::vector<AtomBlock> blocks() { return {{"a", 1}, {"b", 2}, {"c", 2}}; }

  TileMatrix W;
  Vector norms = Vector::Constant(5, 0.5F);
  Vector sums = Vector::Ones(3);
};

TEST_CASE("a prior's amount for what is learnt of W is that of its formula") {
  Random random(13);
  for (int i = 0; i < 20; ++i) {
    const Atoms atoms(random);
    const Doubles W = atoms.W.cast<double>();
    double spread = 0, together = 0;
    for (Index k = 2; k < 5; ++k)
      for (Index f = 0; f < 9; ++f) spread += std::log(9 * W(f, k) + 1e-3);
    const auto source = [](Index k) { return (k + 1) / 2; };
    int pairs = 0;
    for (Index k = 2; k < 5; ++k)
      for (Index l = 0; l < k; ++l)
        if (source(k) != source(l)) {
          ++pairs;
          together += std::log(1e-3 + 9 * W.col(k).dot(W.col(l)));
        }
    REQUIRE(pairs == 2 + 2 * 3 - 1);
    CHECK(atoms.cost(*prior_from_string("atom-dirichlet=1.5")) ==
          Approx(-0.5 * 3 / (9 * 3) * spread).epsilon(1e-4).margin(1e-4));
    const auto apart = prior_from_string("orthogonality=0.25")->on(Atoms::blocks());
    CHECK(atoms.cost(*apart) == Approx(0.25 * 3 / pairs * together).epsilon(1e-4).margin(1e-4));
  }
  const Atoms atoms(random);
  CHECK(atoms.cost(*prior_from_string("orthogonality=1")) == 0);  // all of one source
  CHECK(atoms.gradient(*prior_from_string("orthogonality=1")).isZero(0));
}

TEST_CASE("a prior's gradient for what is learnt of W is that of finite differences") {
  Random random(14);
  for (const std::string text : {"atom-dirichlet=1.5", "atom-dirichlet=0.75", "orthogonality=2"})
    for (const bool alone : {false, true}) {
      const auto prior = prior_from_string(text);
      if (alone && prior->is_between_sources()) continue;
      CAPTURE(text, alone);
      const auto penalty = (alone ? of_source("b", prior) : prior)->on(Atoms::blocks());
      const Atoms atoms(random);
      const TileMatrix gradient = atoms.gradient(*penalty);
      for (Index k = 2; k < 5; ++k)
        for (Index f = 0; f < 9; ++f) {
          const float w = atoms.W(f, k), step = 0.01F * w + 1e-5F;
          const double slope = (atoms.cost_with(*penalty, f, k, w + step) -
                                atoms.cost_with(*penalty, f, k, w - step)) /
                               (2 * static_cast<double>(step));
          CHECK(gradient(f, k - 2) == Approx(slope).epsilon(0.03).margin(0.03));
        }
    }
}

TEST_CASE("priors have the same bits on any number of threads") {
  Random random(8);
  const Matrix V = random_spectrogram(40, 300, random);
  for (const std::string& text : all_texts()) {
    CAPTURE(text);
    NmfOptions options = options_for(6, 20);
    options.penalty = on_two_blocks(text, 6);
    const Factorisation many = factorise(V, options);
    const Matrix H = infer_activations(V, many.W, options).H;
    const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    CHECK(factorise(V, options).W == many.W);
    CHECK(infer_activations(V, many.W, options).H == H);
  }
}

TEST_CASE("a prior without a reach has the same bits for any blocks of frames") {
  Random random(9);
  const Matrix V = random_spectrogram(30, 50, random);
  const Matrix W = random_dictionary(30, 6, random);
  for (const std::string& text : all_texts()) {
    NmfOptions options = options_for(6, 30);
    options.penalty = on_two_blocks(text, 6);
    if (options.penalty->reach() != 0) continue;
    CAPTURE(text);
    const Matrix H = infer_activations(V, W, options).H;
    CHECK(infer_activations(V.leftCols(19), W, options).H == H.leftCols(19));
    CHECK(infer_activations(V.rightCols(31), W, options).H == H.rightCols(31));
  }
}

TEST_CASE("priors do what they say: sparse, even, smooth, few groups") {
  Random random(10);
  const Matrix V = random_spectrogram(30, 60, random);
  const Matrix W = random_dictionary(30, 8, random);
  const auto find = [&](const std::string& text) {
    NmfOptions options = options_for(8, 300);
    if (!text.empty()) options.penalty = on_two_blocks(text, 8);
    return infer_activations(V, W, options).H;
  };
  const auto silent = [](const Matrix& H) {
    return (H.array() < 1e-2F * H.colwise().maxCoeff().replicate(H.rows(), 1).array()).count();
  };
  const auto roughness = [](const Matrix& H) {
    return (H.rightCols(H.cols() - 1) - H.leftCols(H.cols() - 1)).squaredNorm();
  };
  const Matrix plain = find("");
  CHECK(silent(find("dirichlet=0.9")) > 1.1 * silent(plain));
  CHECK(silent(find("dirichlet=1.1")) < 0.9 * silent(plain));
  CHECK(roughness(find("smoothness=100")) < 0.8 * roughness(plain));
  CHECK(find("group=1").row(0).sum() < 0.01 * plain.row(0).sum());

  const auto learn = [&](const std::string& text) {
    NmfOptions options = options_for(4, 300);
    if (!text.empty()) options.penalty = prior_from_string(text)->on({{"a", 3}, {"b", 4}});
    return factorise(V, W.leftCols(3), options).W.rightCols(4).eval();
  };
  const auto empty = [](const Matrix& atoms) { return (atoms.array() < 1e-4F).count(); };
  CHECK(empty(learn("atom-dirichlet=0.8")) > empty(learn("")));
  CHECK(empty(learn("atom-dirichlet=1.2")) == 0);
  const auto overlap = [&](const Matrix& atoms) {
    return (W.leftCols(3).transpose() * atoms).sum();
  };
  CHECK(overlap(learn("orthogonality=0.3")) < 0.85 * overlap(learn("")));
}

TEST_CASE("where all atoms are known, what is left of a prior is that of activations") {
  const auto left = [](const char* text) {
    const auto prior = priors_from_string(text)->of_known_atoms();
    return prior ? prior->describe() : "none";
  };
  CHECK(left("sparsity=0.5") == "sparsity=0.5");
  CHECK(left("sparsity=0.5 smoothness=1") == "sparsity=0.5 smoothness=1");
  CHECK(left("atom-dirichlet=1.1 sparsity=0.5 orthogonality=0.1") == "sparsity=0.5");
  CHECK(left("atom-dirichlet=1.1 orthogonality=0.1") == "none");
  CHECK(of_source("a", prior_from_string("group=0.1"))->of_known_atoms()->describe() ==
        "a:group=0.1");
  CHECK(of_source("a", prior_from_string("atom-dirichlet=2"))->of_known_atoms() == nullptr);
}

TEST_CASE("priors are read as they are described, and what is none is refused by name") {
  for (const std::string text :
       {"sparsity=0.5", "gamma=0.9,0.1", "dirichlet=0.95", "smoothness=1", "group=0.1",
        "sparsity=0.5 group=0.1", "atom-dirichlet=1.1", "orthogonality=0.1"})
    CHECK(priors_from_string(text)->describe() == text);
  CHECK(priors_from_string("") == nullptr);
  for (const PriorKind& kind : prior_kinds())
    CHECK(std::string(kind.example) == prior_from_string(kind.example)->describe());
  CHECK_THROWS_WITH(prior_from_string("order=1"), contains("order=1: must be one of sparsity=X"));
  for (const std::string text : {"sparsity", "sparsity=0", "sparsity=-1", "sparsity=nan",
                                 "sparsity=1x", "sparsity=1,2", "sparsity=inf", "sparsity=1e7"})
    CHECK_THROWS_WITH(prior_from_string(text),
                      contains(text + ": must be sparsity=X with X above 0, as in sparsity=0.5"));
  for (const std::string text : {"gamma=1", "gamma=0,1", "gamma=1,-1", "gamma=1,2,3", "gamma=1,"})
    CHECK_THROWS_WITH(prior_from_string(text), contains("must be gamma=A,B with A above 0"));
}
