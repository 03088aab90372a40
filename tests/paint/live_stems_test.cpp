#include "paint/live_stems.hpp"

#include "nmfsep/core/errors.hpp"
#include "nmfsep/training/trainer.hpp"
#include "separate/search_flags.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/sounds.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using cli::LiveStems;
using cli::Marks;

namespace {

SourceModel tone_model(const std::string& name, double hertz) {
  TrainingOptions options = usual_training("nmf");
  options.nmf.components = 4;
  options.nmf.iterations = 30;
  SourceAudio audio;
  audio.name = name;
  audio.origin = name;
  audio.recordings = {test::swelling_tone(hertz, 0.9, 2)};
  return models_of(Trainer(options).train({audio})).front();
}

/// Two channels of a low tone and a high one, 3 s at 8 kHz, and models of both.
class Painted {
 public:
  Painted() {
    const Matrix low = test::swelling_tone(220, 1.1, 3).samples;
    const Matrix high = test::swelling_tone(1000, 0.7, 3).samples;
    Matrix both(low.rows(), 2);
    both << low + high, low - 0.5F * high;
    test::write_audio(folder_ / "mix.wav", {both, 8000});
    job.models = {tone_model("low", 230), tone_model("high", 960)};
    const cli::SearchFlags search;
    job.nmf = search.search();
    search.settle(job, false);
    mixture = cli::read_mixture(folder_ / "mix.wav", job);
  }

  /// The low tone marked everywhere in these frames.
  Marks marks(Index first, Index count) const {
    Picture picture{Matrix::Zero(mixture.bins(), mixture.frames())};
    picture.sure.middleCols(first, count).setConstant(0.8F);
    auto guide = std::make_shared<Guide>(5);
    guide->add(std::move(picture), "low", "a picture");
    Marks marks;
    marks.guide = guide;
    return marks;
  }

  cli::SeparationJob job;
  cli::PaintedMixture mixture;

 private:
  test::TemporaryFolder folder_;
};

float difference(const LiveStems& a, const LiveStems& b) {
  float most = 0;
  for (std::size_t s = 0; s < a.layers().size(); ++s)
    most = std::max(
        most, (a.layers()[s]->audio.samples - b.layers()[s]->audio.samples).cwiseAbs().maxCoeff());
  return most;
}

}  // namespace

TEST_CASE("frames whose marks change are explained as in the whole mixture") {
  const Painted painted;
  LiveStems live(painted.job, painted.mixture);
  CHECK_FALSE(live.follows_marks());
  live.explain_all({}, live.iterations(), {});
  REQUIRE(live.follows_marks());
  LiveStems whole(painted.job, painted.mixture);
  const Marks marks = painted.marks(20, 9);
  whole.explain_all(marks, whole.iterations(), {});
  CHECK(difference(live, whole) > 0.01F);
  CHECK(live.explain_changed(marks, {}) == 9);
  CHECK(difference(live, whole) < 0.002F);  // stops are of the frames together
  CHECK(live.explain_changed(marks, {}) == 0);
  CHECK(live.explain_changed(painted.marks(25, 10), {}) == 11);  // 20 to 24, and 29 to 34
  CHECK(live.explain_changed(painted.marks(0, painted.mixture.frames()), {}) ==
        painted.mixture.frames() - 10);
}

TEST_CASE("stems that follow marks sum to the mixture") {
  const Painted painted;
  LiveStems live(painted.job, painted.mixture);
  live.explain_all({}, live.iterations(), {});
  for (const Index first : {Index{0}, Index{30}, painted.mixture.frames() - 5}) {
    live.explain_changed(painted.marks(first, 5), {});
    Matrix sum = Matrix::Zero(painted.mixture.audio.length(), 2);
    for (const auto& layer : live.layers()) sum += layer->audio.samples;
    CHECK((sum - painted.mixture.audio.samples).cwiseAbs().maxCoeff() < 1e-5F);
  }
}

TEST_CASE("a separation that is given up leaves the stems as they were") {
  const Painted painted;
  LiveStems live(painted.job, painted.mixture);
  live.explain_all({}, live.iterations(), {});
  const cli::Layers before = live.layers();
  const auto cancel = [](const Progress&) { return Answer::cancel; };
  CHECK_THROWS_AS(live.explain_changed(painted.marks(3, 9), cancel), Cancelled);
  CHECK_THROWS_AS(live.explain_all({}, live.iterations(), cancel), Cancelled);
  CHECK(live.layers() == before);
  CHECK(live.explain_changed(painted.marks(3, 9), {}) == 9);
}

namespace {

/// The same mixture with nothing known of its sources, each marked where it is louder.
class Learnt : public Painted {
 public:
  Learnt() {
    job.models.clear();
    job.learnt = {{"low", 3}, {"high", 3}};
    job.nmf.iterations = 60;
    job.nmf.tolerance = 0;
  }

  /// Both in these frames.
  Marks both(Index first, Index count) const {
    auto guide = std::make_shared<Guide>(5);
    const Index split = mixture.bins() / 8;  // 500 Hz
    for (const bool is_low : {true, false}) {
      Picture picture{Matrix::Zero(mixture.bins(), mixture.frames())};
      auto rows =
          is_low ? picture.sure.topRows(split) : picture.sure.bottomRows(mixture.bins() - split);
      rows.middleCols(first, count).setConstant(0.8F);
      guide->add(std::move(picture), is_low ? "low" : "high", "a picture");
    }
    Marks marks;
    marks.guide = guide;
    return marks;
  }
};

}  // namespace

TEST_CASE("what is learnt bit by bit is what is learnt at once") {
  const Learnt learnt;
  const Marks marks = learnt.both(5, 40);
  LiveStems whole(learnt.job, learnt.mixture);
  whole.explain_all(marks, 60, {});
  LiveStems live(learnt.job, learnt.mixture);
  CHECK_FALSE(live.goes_on());
  for (int i = 0; i < 6; ++i) CHECK(live.learn_on(marks, 10, {}));
  CHECK(live.goes_on());
  CHECK(live.layers().empty());
  live.show();
  CHECK(difference(live, whole) < 1e-4F);
}

TEST_CASE("another stroke goes on from what is learnt") {
  const Learnt learnt;
  const Marks marks = learnt.both(5, 40);
  const Marks more = learnt.both(5, 44);
  LiveStems whole(learnt.job, learnt.mixture);
  whole.explain_all(more, 60, {});
  LiveStems anew(learnt.job, learnt.mixture);
  anew.learn_on(more, 3, {});
  anew.show();
  LiveStems live(learnt.job, learnt.mixture);
  for (int i = 0; i < 6; ++i) live.learn_on(marks, 10, {});
  const auto cancel = [](const Progress&) { return Answer::cancel; };
  CHECK_THROWS_AS(live.learn_on(more, 3, cancel), Cancelled);
  CHECK(live.goes_on());
  live.learn_on(more, 3, {});
  live.show();
  CHECK(difference(live, whole) < 0.7F * difference(anew, whole));
}

TEST_CASE("sources of names that none may have are refused before anything is painted") {
  Learnt learnt;
  learnt.job.learnt = {{"a/b", 3}, {"c", 3}};
  CHECK_THROWS_AS(LiveStems(learnt.job, learnt.mixture), InvalidArgument);
  learnt.job.learnt = {{"c", 2}, {"c", 3}};
  CHECK_THROWS_AS(LiveStems(learnt.job, learnt.mixture), InvalidArgument);
}
