#include "nmfsep/evaluation/combination.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

using Signals = std::vector<Eigen::VectorXd>;

Signals noises(std::size_t count, std::uint64_t seed, Index samples = 50) {
  Random random(seed);
  Signals signals(count);
  for (auto& signal : signals)
    signal = Eigen::VectorXd::NullaryExpr(samples, [&] { return random.uniform() - 0.5; });
  return signals;
}

InnerProducts products_of(const Signals& references, const Signals& estimates) {
  const auto S = static_cast<Index>(references.size()), K = static_cast<Index>(estimates.size());
  InnerProducts products{Eigen::MatrixXd(K, K), Eigen::MatrixXd(K, S), Eigen::VectorXd(S)};
  for (Index k = 0; k < K; ++k) {
    const auto& estimate = estimates[static_cast<std::size_t>(k)];
    for (Index l = 0; l < K; ++l)
      products.estimates(k, l) = estimate.dot(estimates[static_cast<std::size_t>(l)]);
    for (Index j = 0; j < S; ++j)
      products.crossed(k, j) = estimate.dot(references[static_cast<std::size_t>(j)]);
  }
  for (Index j = 0; j < S; ++j)
    products.references[j] = references[static_cast<std::size_t>(j)].squaredNorm();
  return products;
}

/// By the definition, sample by sample.
double mean_sdr(const Signals& references, const Signals& estimates,
                const std::vector<std::size_t>& reference_of) {
  double sum = 0;
  for (std::size_t j = 0; j < references.size(); ++j) {
    Eigen::VectorXd left = references[j];
    for (std::size_t k = 0; k < estimates.size(); ++k)
      if (reference_of[k] == j) left -= estimates[k];
    sum += 10 * std::log10((references[j].squaredNorm() + 1e-7) / (left.squaredNorm() + 1e-7));
  }
  return sum / static_cast<double>(references.size());
}

/// The best of all ways, counted through like a number of digits.
double best_of_all(const Signals& references, const Signals& estimates) {
  double best = -1e300;
  std::vector<std::size_t> way(estimates.size(), 0);
  for (bool more = true; more;) {
    std::vector<bool> filled(references.size());
    for (const std::size_t j : way) filled[j] = true;
    if (std::find(filled.begin(), filled.end(), false) == filled.end())
      best = std::max(best, mean_sdr(references, estimates, way));
    more = false;
    for (auto& digit : way) {
      if (++digit < references.size()) {
        more = true;
        break;
      }
      digit = 0;
    }
  }
  return best;
}

}  // namespace

TEST_CASE("the best combination is the best of all ways, and the greedy one is no better") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const std::size_t S = 2 + seed % 2, K = S + seed % 4;
    CAPTURE(seed, S, K);
    const Signals references = noises(S, seed);
    Signals estimates = noises(K, seed + 100);
    for (std::size_t k = 0; k < K; ++k)
      estimates[k] = 0.3 * estimates[k] + 0.5 * references[(k * 7 + seed) % S];
    const InnerProducts products = products_of(references, estimates);
    const auto best = best_combination(products);
    REQUIRE(best);
    CHECK(best->mean_sdr == Approx(best_of_all(references, estimates)).margin(1e-9));
    CHECK(best->mean_sdr ==
          Approx(mean_sdr(references, estimates, best->reference_of)).margin(1e-9));
    const Combination greedy = greedy_combination(products);
    CHECK(greedy.mean_sdr ==
          Approx(mean_sdr(references, estimates, greedy.reference_of)).margin(1e-9));
    CHECK(greedy.mean_sdr <= best->mean_sdr + 1e-9);
  }
}

TEST_CASE("each reference gets an estimate, though the others would fit without it") {
  const Signals references = noises(3, 1);
  const Signals estimates = {references[0], references[1], 0.1 * references[0]};
  const InnerProducts products = products_of(references, estimates);
  for (const auto& found : {greedy_combination(products), best_combination(products).value()}) {
    CHECK(found.reference_of[0] == 0);
    CHECK(found.reference_of[1] == 1);
    CHECK(found.reference_of[2] == 2);
  }
}

TEST_CASE("pieces of references are put together again, where there are too many ways to try all") {
  const Signals references = noises(3, 5, 400);
  Signals pieces;
  for (Index p = 0; p < 20; ++p)
    for (const auto& reference : references) {
      Eigen::VectorXd piece = Eigen::VectorXd::Zero(400);
      piece.segment(20 * p, 20) = reference.segment(20 * p, 20);
      pieces.push_back(piece);
    }
  const InnerProducts products = products_of(references, pieces);
  CHECK_FALSE(best_combination(products));
  const Combination greedy = greedy_combination(products);
  for (std::size_t k = 0; k < pieces.size(); ++k) CHECK(greedy.reference_of[k] == k % 3);
  CHECK(greedy.mean_sdr > 60);
}

TEST_CASE("fewer estimates than references are refused") {
  const InnerProducts products = products_of(noises(3, 1), noises(2, 2));
  CHECK_THROWS_AS(greedy_combination(products), InvalidArgument);
  CHECK_THROWS_AS(best_combination(products), InvalidArgument);
}
