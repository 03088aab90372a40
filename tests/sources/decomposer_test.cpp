#include <memory>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/random.hpp"
#include "nmfsep/sources/dictionary/dictionary_decomposer.hpp"
#include "support/catch.hpp"
#include "support/random_matrix.hpp"

using namespace nmfsep;
using nmfsep::test::random_matrix;

namespace {

constexpr Index bins = 33;

Dictionary random_dictionary(const std::string& name, std::uint64_t seed) {
  Dictionary dictionary;
  dictionary.name = name;
  dictionary.analysis = {8000, {64, 16, Window::hann}};
  dictionary.W = random_matrix(bins, 4, seed);
  dictionary.W.array().rowwise() /= dictionary.W.colwise().sum().array().eval();
  return dictionary;
}

NmfOptions options() {
  NmfOptions nmf;
  nmf.iterations = 50;
  return nmf;
}

}  // namespace

TEST_CASE("with all dictionaries known each source's estimate is its atoms times activations") {
  const auto a = random_dictionary("a", 1);
  const auto b = random_dictionary("b", 2);
  Matrix W(bins, 8);
  W << a.W, b.W;
  const Matrix mixture = random_matrix(bins, 20, 3);
  const DictionaryDecomposer decomposer({a, b}, {}, options());
  const Decomposition result = decompose_whole(decomposer, mixture, 1);
  const Matrix H = infer_activations(mixture, W, options()).H;
  REQUIRE(result.sources.size() == 2);
  CHECK(result.sources[0].name == "a");
  CHECK(result.sources[0].magnitudes.isApprox(a.W * H.topRows(4), 1e-5F));
  CHECK(result.sources[1].magnitudes.isApprox(b.W * H.bottomRows(4), 1e-5F));
  CHECK(decomposer.reach() == 0);
}

TEST_CASE("sources to learn come after the known ones and take what those leave") {
  const auto known = random_dictionary("known", 1);
  // The mixture has what the dictionary explains, and one more spectrum it cannot.
  Matrix extra = Matrix::Zero(bins, 1);
  extra(5) = 1;
  const Matrix other = extra * random_matrix(1, 30, 5) * 10;
  const Matrix own = known.W * random_matrix(4, 30, 6) * 10;
  const DictionaryDecomposer decomposer({known}, {{"rest", 1}}, options());
  CHECK_FALSE(decomposer.reach());
  CHECK(decomposer.source_names() == std::vector<std::string>{"known", "rest"});
  const Decomposition result = decompose_whole(decomposer, own + other, 1);
  CHECK((result.sources[1].magnitudes - other).norm() < 0.2F * other.norm());
}

TEST_CASE("without dictionaries all sources are learnt") {
  const DictionaryDecomposer decomposer({}, {{"one", 2}, {"two", 3}}, options());
  const Matrix mixture = random_matrix(bins, 40, 7);
  const Decomposition result = decompose_whole(decomposer, mixture, 1);
  const Matrix sum = result.sources[0].magnitudes + result.sources[1].magnitudes;
  CHECK((sum - mixture).norm() < 0.5F * mixture.norm());
}

TEST_CASE("a decomposer refuses no source, twins, models that disagree, and bad options") {
  const auto a = random_dictionary("a", 1);
  auto other_rate = random_dictionary("b", 2);
  other_rate.analysis.sample_rate = 16000;
  const auto make = [](std::vector<Dictionary> known, std::vector<LearntSource> learnt,
                       NmfOptions nmf = options()) {
    return DictionaryDecomposer(known, learnt, nmf);
  };
  CHECK_THROWS_WITH(make({}, {}), contains("no source"));
  CHECK_THROWS_WITH(make({a, a}, {}), contains("two sources are named 'a'"));
  CHECK_THROWS_WITH(make({a, random_dictionary("b", 2), a}, {}),
                    contains("two sources are named 'a'"));
  CHECK_THROWS_WITH(make({a}, {{"a", 3}}), contains("two sources are named 'a'"));
  CHECK_THROWS_WITH(make({a, other_rate}, {}), contains("8000 Hz") && contains("16000 Hz"));
  CHECK_THROWS_WITH(make({a}, {{"rest", 0}}), contains("components = 0"));
  CHECK_THROWS_AS(make({a}, {{"../rest", 2}}), InvalidArgument);
  NmfOptions none = options();
  none.iterations = 0;
  CHECK_THROWS_WITH(make({a}, {}, none), contains("iterations = 0"));
  CHECK_THROWS_AS(decompose_whole(make({a}, {}), Matrix::Ones(bins + 1, 3), 1), InvalidArgument);
}
