#include "nmfsep/sources/paired/paired_decomposer.hpp"

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "nmfsep/masking/wiener_mask.hpp"
#include "nmfsep/sources/dictionary/dictionary_decomposer.hpp"
#include "support/catch.hpp"
#include "support/small_dictionary.hpp"

using namespace nmfsep;
using test::small_dictionary;
using test::small_paired_dictionary;

namespace {

constexpr Index bins = 9;

NmfOptions options() {
  NmfOptions nmf;
  nmf.iterations = 50;
  return nmf;
}

Matrix random_mixture(Index frames, std::uint64_t seed = 3) {
  Random random(seed);
  return Matrix::NullaryExpr(bins, frames, [&] { return random.uniform(); });
}

/// Frames t − C/2 to t + C/2 below each other, silent beyond the ends, entry by entry.
Matrix stacked(const Matrix& V, Index context) {
  Matrix stack = Matrix::Zero(context * V.rows(), V.cols());
  for (Index t = 0; t < V.cols(); ++t)
    for (Index c = 0; c < context; ++c)
      for (Index f = 0; f < V.rows(); ++f)
        if (const Index from = t + c - context / 2; from >= 0 && from < V.cols())
          stack(c * V.rows() + f, t) = V(f, from);
  return stack;
}

/// Frame u of what atoms of several frames say: the mean, over the activations around it, of the
/// part of each that lies at u.
Matrix mean_of_overlaps(const Matrix& atoms, const Matrix& H) {
  const Index context = atoms.rows() / bins;
  Matrix mean(bins, H.cols());
  for (Index u = 0; u < H.cols(); ++u) {
    Vector sum = Vector::Zero(bins);
    int parts = 0;
    for (Index t = std::max<Index>(0, u - context / 2);
         t <= std::min(H.cols() - 1, u + context / 2); ++t, ++parts)
      sum += atoms.middleRows((u - t + context / 2) * bins, bins) * H.col(t);
    mean.col(u) = sum / static_cast<float>(parts);
  }
  return mean;
}

/// One member's estimates, straight from the definition.
std::vector<SourceEstimate> oracle(const std::vector<PairedDictionary>& models, const Matrix& V,
                                   std::size_t member) {
  const Index rows = models[0].pairs[0].analysis_atoms.rows();
  Matrix W(rows, 2 * static_cast<Index>(models.size()));
  for (std::size_t s = 0; s < models.size(); ++s)
    W.middleCols(2 * static_cast<Index>(s), 2) = models[s].pairs[member].analysis_atoms;
  const Matrix H = infer_activations(stacked(V, models[0].span), W, options()).H;
  std::vector<SourceEstimate> estimates;
  for (std::size_t s = 0; s < models.size(); ++s)
    estimates.push_back(
        {models[s].name, mean_of_overlaps(models[s].pairs[member].reconstruction_atoms,
                                          H.middleRows(2 * static_cast<Index>(s), 2))});
  return estimates;
}

std::vector<PairedDictionary> two_models(int context, int members) {
  return {small_paired_dictionary("a", context, members, 1),
          small_paired_dictionary("b", context, members, 2)};
}

}  // namespace

TEST_CASE("each source is its reconstruction atoms times what the analysis atoms found") {
  const int context = GENERATE(1, 3, 5, 7);
  const auto models = two_models(context, 1);
  const Matrix V = random_mixture(GENERATE(1, 2, 20));
  const PairedDecomposer decomposer(models, options());
  CHECK(decomposer.source_names() == std::vector<std::string>{"a", "b"});
  CHECK(decomposer.reach() == context - 1);
  const Decomposition result = decompose_whole(decomposer, V, 1);
  const auto expected = oracle(models, V, 0);
  REQUIRE(result.sources.size() == 2);
  for (std::size_t s = 0; s < 2; ++s) {
    CHECK(result.sources[s].name == expected[s].name);
    CHECK(result.sources[s].magnitudes.isApprox(expected[s].magnitudes, 1e-5F));
  }
}

TEST_CASE("the estimates of an ensemble are the mixture under the mean of the members' masks") {
  const auto models = two_models(3, 3);
  const Matrix V = random_mixture(20);
  const Decomposition result = decompose_whole(PairedDecomposer(models, options()), V, 1);
  for (std::size_t s = 0; s < 2; ++s) {
    Matrix mean = Matrix::Zero(bins, 20);
    for (std::size_t i = 0; i < 3; ++i) mean += wiener_masks(oracle(models, V, i), 1)[s] / 3;
    CHECK(result.sources[s].magnitudes.isApprox(V.cwiseProduct(mean), 1e-5F));
  }
  CHECK((result.sources[0].magnitudes + result.sources[1].magnitudes).isApprox(V, 1e-5F));
}

TEST_CASE("context does not reach from one channel into another") {
  const auto models = two_models(5, 2);
  const PairedDecomposer decomposer(models, options());
  const Matrix left = random_mixture(11, 1);
  const Matrix right = random_mixture(11, 2);
  Matrix both(bins, 22);
  both << left, right;
  const Decomposition result = decompose_whole(decomposer, both, 2);
  for (std::size_t s = 0; s < 2; ++s) {
    CHECK(result.sources[s].magnitudes.leftCols(11) ==
          decompose_whole(decomposer, left, 1).sources[s].magnitudes);
    CHECK(result.sources[s].magnitudes.rightCols(11) ==
          decompose_whole(decomposer, right, 1).sources[s].magnitudes);
  }
}

TEST_CASE("a frame's estimates depend on the frames in reach alone, to the bit") {
  const auto models = two_models(GENERATE(1, 3, 5), 2);
  const PairedDecomposer decomposer(models, options());
  const Index reach = decomposer.reach().value();
  const Matrix V = random_mixture(30);
  const Decomposition whole = decompose_whole(decomposer, V, 1);
  const Index first = GENERATE(10, 13);
  const Index count = GENERATE(1, 4);
  const Decomposition block =
      decompose_whole(decomposer, V.middleCols(first - reach, count + 2 * reach), 1);
  for (std::size_t s = 0; s < 2; ++s)
    CHECK(block.sources[s].magnitudes.middleCols(reach, count) ==
          whole.sources[s].magnitudes.middleCols(first, count));
}

TEST_CASE("silence gives silence") {
  const Decomposition result =
      decompose_whole(PairedDecomposer(two_models(3, 2), options()), Matrix::Zero(bins, 4), 1);
  for (const SourceEstimate& source : result.sources) CHECK(source.magnitudes.isZero(0));
}

TEST_CASE("a paired decomposer refuses no model, twins, other forms and other bins") {
  const auto make = [](const std::vector<PairedDictionary>& models) {
    return PairedDecomposer(models, options());
  };
  const auto a = small_paired_dictionary("a", 3, 2, 1);
  CHECK_THROWS_WITH(make({}), contains("no source"));
  CHECK_THROWS_WITH(make({a, a}), contains("two sources are named 'a'"));
  CHECK_THROWS_WITH(make({a, small_paired_dictionary("b", 5, 2, 1)}),
                    contains("'a' has 3 frames") && contains("'b' has 5"));
  CHECK_THROWS_WITH(make({a, small_paired_dictionary("b", 3, 1, 1)}), contains("2 members"));
  auto other = small_paired_dictionary("b", 3, 2, 1);
  other.analysis.sample_rate = 8000;
  CHECK_THROWS_WITH(make({a, other}), contains("22050 Hz") && contains("8000 Hz"));
  CHECK_THROWS_AS(decompose_whole(make({a}), Matrix::Ones(bins + 1, 2), 1), InvalidArgument);
  CHECK_THROWS_AS(decompose_whole(make({a}), Matrix::Ones(bins, 3), 2), InvalidArgument);
}

TEST_CASE("models of either kind find their decomposer") {
  const Dictionary plain = small_dictionary("plain");
  const Matrix V = random_mixture(8);
  SECTION("plain ones as before") {
    const auto made = make_decomposer({plain}, {{"rest", 2}}, options());
    const DictionaryDecomposer direct({plain}, {{"rest", 2}}, options());
    CHECK(decompose_whole(*made, V, 1).sources[1].magnitudes ==
          decompose_whole(direct, V, 1).sources[1].magnitudes);
  }
  SECTION("a plain one beside a pair of one frame") {
    const auto made =
        make_decomposer({plain, small_paired_dictionary("pair", 1, 1, 2)}, {}, options());
    CHECK(made->source_names() == std::vector<std::string>{"plain", "pair"});
  }
  SECTION("one beside pairs of another form, and a source to learn beside pairs") {
    const auto pair = small_paired_dictionary("pair", 3, 1, 2);
    CHECK(make_decomposer({pair}, {}, options())->reach() == 2);
    CHECK_FALSE(make_decomposer({plain, pair}, {}, options())->reach());
    CHECK_FALSE(make_decomposer({pair}, {{"rest", 2}}, options())->reach());
  }
}
