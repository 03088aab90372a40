#include "tuning/held_out.hpp"

#include "support/catch.hpp"
#include "support/two_tones.hpp"

using namespace nmfsep;

namespace {

double power_db(const Signal& signal) {
  return 10 * std::log10(signal.squaredNorm() / static_cast<double>(signal.size()));
}

/// A ramp, so that every sample says where it comes from.
SourceAudio ramp(const std::string& name, Index samples) {
  AudioBuffer audio{Matrix(samples, 2), 8000};
  for (Index n = 0; n < samples; ++n)
    audio.samples.row(n).setConstant(1 + static_cast<float>(n) / static_cast<float>(samples));
  return {name, name, {audio}};
}

}  // namespace

TEST_CASE("what is held out is no part of what is trained on, in either split") {
  const auto folds = split_in_time({ramp("a", 80000), ramp("b", 64000)});
  REQUIRE(folds);
  REQUIRE(folds->size() == 2);
  const Fold& end_held = folds->front();
  REQUIRE(end_held.training.size() == 2);
  CHECK(end_held.training[0].name == "a");
  const Matrix& first_part = end_held.training[0].recordings[0].samples;
  CHECK(first_part.rows() == 56000);
  CHECK(first_part.cols() == 1);
  CHECK(first_part.maxCoeff() < 1.7F);
  const Matrix& last_part = folds->back().training[0].recordings[0].samples;
  CHECK(last_part.rows() == 56000);
  CHECK(last_part.minCoeff() >= 1.3F);
}

TEST_CASE("held-out mixtures are the sums of their sources, at three levels and tunings") {
  const auto folds = split_in_time(test::two_tones(10));
  REQUIRE(folds);
  for (const Fold& fold : *folds) {
    REQUIRE(fold.mixtures.size() == 3);
    const double levels[] = {0, 4, -4};
    for (std::size_t i = 0; i < 3; ++i) {
      const auto& [mixture, references] = fold.mixtures[i];
      REQUIRE(references.size() == 2);
      CHECK((references[0] + references[1] - mixture.samples.cast<double>()).cwiseAbs().maxCoeff() <
            1e-6);
      CHECK(power_db(references[0]) - power_db(references[1]) == Approx(levels[i]).margin(0.6));
    }
    CHECK(fold.mixtures[0].mixture.length() == 24000);
    CHECK(fold.mixtures[1].mixture.length() == Approx(24000 * 17 / 18.0).margin(2));
    CHECK(fold.mixtures[2].mixture.length() == Approx(24000 * 18 / 17.0).margin(2));
  }
}

TEST_CASE("mixtures of long recordings are cut to six seconds") {
  const auto folds = split_in_time(test::two_tones(60));
  REQUIRE(folds);
  for (const HeldOutMixture& held : folds->front().mixtures)
    CHECK(held.mixture.length() == 6 * 8000);
}

TEST_CASE("short recordings, and those that are silent where it counts, are not split") {
  CHECK_FALSE(split_in_time(test::two_tones(5.9)));
  auto sources = test::two_tones(10);
  sources[1].recordings[0].samples.bottomRows(30000).setZero();
  CHECK_FALSE(split_in_time(sources));
}
