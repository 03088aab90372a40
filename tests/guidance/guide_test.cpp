#include "nmfsep/guidance/guide.hpp"

#include <cmath>

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"
#include "support/random_matrix.hpp"

using namespace nmfsep;

namespace {

const std::vector<std::string> names{"voice", "noise"};

/// 1000 Hz, FFT 20 (11 bins of 50 Hz), hop 5: the middle of frame t is at (t · 5 + 10 − lead) ms.
const Analysis analysis{1000, {20, 5, Window::hann}};

double middle_of(Index frame) {
  const auto lead = static_cast<double>(Stft(analysis.stft).lead_frames());
  return std::max(0.0, (static_cast<double>(frame) * 5 + 10 - lead * 5) / 1000);
}

std::vector<Matrix> weights(const std::vector<Region>& regions, double start = 0) {
  Guide guide(2);
  guide.add(regions, "f");
  return guide.weights(names, {analysis, 40, start});
}

}  // namespace

TEST_CASE("a region costs the other sources, in its frames and bins alone") {
  const auto found = weights({{0.05, 0.1, "voice", 100, 300}});
  const float share = std::exp(-2.0F);
  for (Index t = 0; t < 40; ++t)
    for (Index f = 0; f < 11; ++f) {
      const bool inside = middle_of(t) >= 0.05 && middle_of(t) < 0.1 && f >= 2 && f <= 6;
      CHECK(found[0](f, t) == 1);
      CHECK(found[1](f, t) == (inside ? Approx(share) : Approx(1)));
    }
  CHECK(found[1].minCoeff() < 1);
}

TEST_CASE("regions to the recording's ends hold the frames that reach beyond them") {
  // 40 frames: the last begins less than a hop before the end.
  const double end = static_cast<double>(40 - Stft(analysis.stft).lead_frames()) * 0.005;
  CHECK(weights({{0, end - 0.004, "!voice"}})[0].maxCoeff() == 0);
  const Matrix parts = weights({{0, 0.1, "!voice"}})[0] + weights({{0.1, end, "!voice"}})[0];
  CHECK(parts == Matrix::Ones(11, 40));
}

TEST_CASE("what never sounds has no weight, and costs add up") {
  const auto never = weights({{0.05, 0.1, "!voice"}});
  CHECK(never[0].minCoeff() == 0);
  CHECK(never[0].maxCoeff() == 1);
  CHECK(never[1].minCoeff() == 1);
  const auto twice = weights({{0, 1, "voice"}, {0, 1, "voice"}});
  CHECK(twice[1](3, 20) == Approx(std::exp(-4.0F)));
  const auto contrary = weights({{0, 1, "!voice"}, {0, 1, "!noise"}});
  CHECK(contrary[0].minCoeff() == 1);
  CHECK(contrary[1].minCoeff() == 1);
}

TEST_CASE("marks are of the recording, wherever what is separated begins") {
  const auto whole = weights({{0.1, 0.15, "voice"}});
  const auto later = weights({{0.1, 0.15, "voice"}}, 0.05);
  CHECK(later[1].leftCols(30) == whole[1].rightCols(30));
  CHECK(weights({{5, 6, "voice"}})[1].minCoeff() == 1);
  CHECK(weights({{0, 1, "voice", 9000, 9500}})[1].minCoeff() == 1);
}

TEST_CASE("a picture of the spectrogram's size counts pixel by pixel, another is resampled") {
  const Matrix sure = test::random_matrix(11, 40, 3);
  Guide guide(3);
  guide.add({sure}, "noise", "p");
  const auto found = guide.weights(names, {analysis, 40});
  CHECK(found[1].minCoeff() == 1);
  CHECK((found[0].array() - (-3 * sure.array()).exp()).abs().maxCoeff() < 1e-6F);

  Guide large(3);
  large.add({Matrix::Constant(70, 3, 0.5F)}, "!noise", "p");
  const auto even = large.weights(names, {analysis, 40});
  CHECK((even[1].array() - std::exp(-1.5F)).abs().maxCoeff() < 1e-6F);
  Guide ramp(1);
  Matrix two(1, 2);
  two << 0, 1;
  ramp.add({two}, "!noise", "p");
  const auto rising = ramp.weights(names, {analysis, 40});
  CHECK(rising[1](0, 0) == 1);
  CHECK(rising[1](0, 39) == 0);  // never
  for (Index t = 1; t < 40; ++t) CHECK(rising[1](5, t) <= rising[1](5, t - 1));
}

TEST_CASE("guides that cannot be are refused by name") {
  CHECK_THROWS_AS(Guide(0), InvalidArgument);
  CHECK_THROWS_AS(Guide(std::nan("")), InvalidArgument);
  CHECK_THROWS_AS(Guide(51), InvalidArgument);
  Guide guide;
  CHECK_THROWS_AS(guide.add(Picture{}, "voice", "p"), InvalidArgument);
  CHECK_THROWS_WITH(guide.add({{1, 1, "voice"}}, "f"), contains("'voice' is a point at 1 s"));
  Region region{0, 1, "drums"};
  region.line = 7;
  guide.add({{0, 1, "!voice"}, region}, "'m.txt'");
  CHECK_THROWS_WITH(guide.require_sources(names),
                    contains("'m.txt':7: 'drums' is no source here; there are voice, noise"));
}

TEST_CASE("weights of some frames are those of the whole") {
  Guide guide(2);
  guide.add({{0.05, 0.1, "voice", 100, 300}, {0.02, 0.07, "!noise"}}, "f");
  guide.add({test::random_matrix(11, 40, 1).cwiseAbs().cwiseMin(1)}, "noise", "a.png");
  guide.add({test::random_matrix(7, 13, 2).cwiseAbs().cwiseMin(1)}, "!voice", "b.png");
  const GuideGrid grid{analysis, 40, 0};
  const std::vector<Index> some{0, 3, 10, 11, 39};
  const auto whole = guide.weights(names, grid);
  const auto part = guide.weights(names, grid, some);
  for (std::size_t s = 0; s < names.size(); ++s)
    CHECK(part[s] == Matrix(whole[s](Eigen::all, some)));
}

TEST_CASE("guides differ in the frames in which they say anything different") {
  const GuideGrid grid{analysis, 40, 0};
  const auto guide_of = [&](Index first, Index count, double strength = 2) {
    auto guide = std::make_shared<Guide>(strength);
    Picture picture{Matrix::Zero(11, 40)};
    picture.sure.block(2, first, 3, count).setConstant(0.5F);
    guide->add(std::move(picture), "voice", "a.png");
    guide->add({Matrix::Zero(11, 40)}, "!noise", "b.png");
    return guide;
  };
  const auto apart = [&](const auto& a, const auto& b) {
    return Guide::frames_apart(a.get(), b.get(), grid);
  };
  using Frames = std::vector<Index>;
  const std::shared_ptr<Guide> nothing;
  CHECK(apart(nothing, nothing) == Frames{});
  CHECK(apart(guide_of(3, 4), guide_of(3, 4)) == Frames{});
  CHECK(apart(guide_of(3, 4), guide_of(4, 4)) == Frames{3, 7});
  CHECK(apart(guide_of(3, 2), nothing) == Frames{3, 4});
  CHECK(apart(nothing, guide_of(38, 2)) == Frames{38, 39});
  CHECK(apart(guide_of(3, 2), guide_of(3, 2, 4)) == Frames{3, 4});
  const auto others = guide_of(3, 2);
  others->add({{0, 0.01, "noise"}}, "f");
  CHECK(apart(guide_of(3, 2), others).size() > 0);
  CHECK(apart(guide_of(3, 2), others) == apart(others, guide_of(3, 2)));
}
