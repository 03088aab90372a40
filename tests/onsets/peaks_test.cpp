#include "nmfsep/onsets/peaks.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include "nmfsep/core/random.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"

using namespace nmfsep;

namespace {

Vector strength(std::initializer_list<float> values) {
  Vector result(static_cast<Index>(values.size()));
  std::copy(values.begin(), values.end(), result.begin());
  return result;
}

std::vector<double> times(Random& random, std::size_t most) {
  std::vector<double> result(random.below(most + 1));
  for (double& time : result) time = static_cast<double>(random.uniform());
  std::sort(result.begin(), result.end());
  return result;
}

/// The most pairs, by trying each reference with every estimate and with none.
std::size_t most_pairs(const std::vector<double>& references, std::size_t from,
                       std::vector<double> estimates, double window) {
  if (from == references.size()) return 0;
  std::size_t most = most_pairs(references, from + 1, estimates, window);
  for (std::size_t e = 0; e < estimates.size(); ++e) {
    if (std::abs(references[from] - estimates[e]) > window) continue;
    std::vector<double> rest = estimates;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(e));
    most = std::max(most, 1 + most_pairs(references, from + 1, rest, window));
  }
  return most;
}

}  // namespace

TEST_CASE("onsets are peaks that reach the threshold and top three frames to either side") {
  const Vector s = strength({0, 0.2F, 0.9F, 0.2F, 0.8F, 0, 0, 0, 0.4F, 0, 0, 0, 0.6F, 0.6F});
  const auto found = pick_onsets(s, 0.5F);
  REQUIRE(found.size() == 2);  // 0.8 lies beside 0.9, 0.4 is too low
  CHECK(found[0].time == Approx(0.02).margin(1e-9));
  CHECK(found[0].strength == 0.9F);
  CHECK(found[1].strength == 0.6F);
  CHECK(found[1].time == Approx(0.125));  // between two equal frames
  CHECK(pick_onsets(s, 0.3F).size() == 3);
  CHECK(pick_onsets(Vector::Zero(20), 0.1F).empty());
  CHECK(pick_onsets(Vector::Constant(20, 0.7F), 0.5F).size() == 1);
  CHECK(pick_onsets(Vector::Constant(1, 0.7F), 0.5F).size() == 1);
}

TEST_CASE("a parabola says where between frames a peak lies") {
  Vector s(9);
  const double top = 4.3;
  for (Index t = 0; t < 9; ++t)
    s(t) = static_cast<float>(0.9 - 0.01 * std::pow(static_cast<double>(t) - top, 2));
  const auto found = pick_onsets(s, 0.5F);
  REQUIRE(found.size() == 1);
  CHECK(found[0].time == Approx(0.01 * top).margin(1e-4));
}

TEST_CASE("onset scores pair as many times as can be paired") {
  Random random(4);
  for (int i = 0; i < 400; ++i) {
    const auto references = times(random, 6);
    const auto estimates = times(random, 6);
    const double window = 0.15;
    const auto pairs = static_cast<double>(most_pairs(references, 0, estimates, window));
    const OnsetScores scores = score_onsets(references, estimates, window);
    if (references.empty() || estimates.empty()) {
      CHECK((scores.f_measure == 0 && scores.precision == 0 && scores.recall == 0));
      continue;
    }
    CHECK(scores.precision == Approx(pairs / static_cast<double>(estimates.size())));
    CHECK(scores.recall == Approx(pairs / static_cast<double>(references.size())));
  }
}

TEST_CASE("onset scores are mir_eval's") {
  const auto document = nlohmann::json::parse(
      test::read_bytes(test::project_folder() / "tests/reference/onsets.json"));
  CHECK(document["mir_eval"] == "0.8.2");
  REQUIRE(document["cases"].size() == 40);
  for (const auto& each : document["cases"])
    for (int i = 0; i < 2; ++i) {
      const OnsetScores scores =
          score_onsets(each["references"], each["estimates"], i == 0 ? 0.025 : 0.05);
      CHECK(scores.f_measure == Approx(each["scores"][i][0].get<double>()).margin(1e-12));
      CHECK(scores.precision == Approx(each["scores"][i][1].get<double>()).margin(1e-12));
      CHECK(scores.recall == Approx(each["scores"][i][2].get<double>()).margin(1e-12));
    }
}
