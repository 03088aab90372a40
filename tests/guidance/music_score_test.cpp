#include "nmfsep/guidance/score/music_score.hpp"

#include "nmfsep/core/errors.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

/// Bins of 10 Hz, hops of 16 ms.
const Analysis analysis{8000, {800, 128}};

GuideGrid grid(Index frames, double start = 0) { return {analysis, frames, start}; }

double middle(Index frame) {
  return static_cast<double>((frame - Stft(analysis.stft).lead_frames()) * 128 + 400) / 8000;
}

const ScoreNote a440{0.5, 1.0, 69, false};

}  // namespace

TEST_CASE("a note's atom lies on its partials and sounds while it does") {
  const MusicScore score({{1, "piano", {a440}}}, {0.1, 0.5});
  REQUIRE(score.components("piano") == 1);
  const ScoreStart start = score.start("piano", grid(150));
  REQUIRE(start.W.rows() == 401);
  for (Index bin = 0; bin < 401; ++bin) {
    const double partial = std::max(1.0, std::round(bin / 44.0));
    const double off = std::abs(bin - 44 * partial);
    const double reach = std::max(2.0, 44 * partial * (std::exp2(0.5 / 12) - 1));
    INFO(bin);
    if (off < reach - 1) CHECK(start.W(bin, 0) == Approx(1 / partial));
    if (off > reach + 1) CHECK(start.W(bin, 0) == 0);
  }
  for (Index t = 0; t < 150; ++t) {
    const bool sounds = middle(t) >= 0.4 && middle(t) < 1.35;  // and rings for 0.25 s
    INFO(middle(t));
    CHECK(start.H(0, t) == (sounds ? 1 : 0));
  }
}

TEST_CASE("strokes have an atom a key, of any spectrum, that rings whatever the note's length") {
  const MusicScore score({{1, "drums", {{0.5, 0.51, 36, true}, {0.7, 0.71, 38, true}}}}, {0, 0.5});
  REQUIRE(score.components("drums") == 2);
  const ScoreStart start = score.start("drums", grid(150));
  CHECK(start.W.minCoeff() == 1);
  for (Index t = 0; t < 150; ++t) {
    INFO(middle(t));
    CHECK(start.H(0, t) == (middle(t) >= 0.5 && middle(t) < 1.1 ? 1 : 0));
    CHECK(start.H(1, t) == (middle(t) >= 0.7 && middle(t) < 1.3 ? 1 : 0));
  }
}

TEST_CASE("what is separated may begin later in the recording than its score does") {
  const MusicScore score({{1, "piano", {a440}}});
  const ScoreStart whole = score.start("piano", grid(150));
  const ScoreStart later = score.start("piano", grid(100, 50 * 128 / 8000.0));
  CHECK(later.H == whole.H.middleCols(50, 100));
  CHECK(score.start("piano", grid(100, 30)).H.maxCoeff() == 0);
  CHECK_NOTHROW(score.require_notes(grid(100, 1)));
  CHECK_THROWS_WITH(score.require_notes(grid(100, 30)), contains("no note from 30.00 to 31.60 s"));
}

TEST_CASE("parts of one name are one source, and keys beyond all bins keep one") {
  const MusicScore score(
      {{1, "piano", {a440}}, {2, "bass", {a440}}, {3, "piano", {{0, 1, 127, false}}}});
  CHECK(score.names() == std::vector<std::string>{"piano", "bass"});
  CHECK(score.components("piano") == 2);
  CHECK(score.has("bass"));
  CHECK_FALSE(score.has("drums"));
  CHECK(score.start("piano", grid(50)).W.colwise().maxCoeff().minCoeff() > 0);
}

TEST_CASE("scores that cannot be are refused") {
  CHECK_THROWS_AS(MusicScore({}), InvalidArgument);
  CHECK_THROWS_WITH(MusicScore({{1, "a", {a440}}}, {-1, 0.5}), contains("score tolerance = -1"));
  CHECK_THROWS_WITH(MusicScore({{1, "a", {a440}}}, {0.1, 0}), contains("score semitones = 0"));
  CHECK_THROWS_AS(MusicScore({{1, "a", {a440}}}).components("b"), InvalidArgument);
}
