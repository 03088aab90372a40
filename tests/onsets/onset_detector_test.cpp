#include "nmfsep/onsets/onset_detector.hpp"

#include "nmfsep/core/errors.hpp"
#include "nmfsep/onsets/onset_features.hpp"
#include "onsets/strokes.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/threads.hpp"

using namespace nmfsep;

namespace {

OnsetTrainingOptions quick(int steps) {
  OnsetTrainingOptions options;
  options.layers = 1;
  options.units = 8;
  options.steps = steps;
  return options;
}

OnsetScores scores_on(const OnsetDetector& detector, const LabelledRecording& recording) {
  std::vector<double> found;
  for (const Onset& onset :
       pick_onsets(onset_strength(detector, recording.audio), detector.threshold))
    found.push_back(onset.time);
  return score_onsets(recording.onsets, found, 0.025);
}

}  // namespace

TEST_CASE("a detector learns when notes begin, and finds those of another recording") {
  const TrainedOnsets trained =
      train_onsets({test::strokes(16, 1), test::strokes(9, 2)}, quick(120));
  CHECK(trained.detector.steps == 120);
  CHECK(trained.detector.seconds == Approx(20));
  REQUIRE(trained.within_25_ms);
  CHECK(trained.within_25_ms->f_measure > 0.85);
  CHECK(trained.within_50_ms->f_measure >= trained.within_25_ms->f_measure);
  CHECK(scores_on(trained.detector, test::strokes(8, 3)).f_measure > 0.85);
}

TEST_CASE("a detector of a seed has the same bits on any number of threads") {
  std::vector<Matrix> first;
  for (const int threads : {1, 2, 5})
    test::on_threads(threads, [&] {
      const TrainedOnsets trained = train_onsets({test::strokes(3, 1)}, quick(3));
      std::vector<Matrix> found;
      for (const Matrix* each : trained.detector.network.parameters()) found.push_back(*each);
      if (first.empty()) first = found;
      for (std::size_t i = 0; i < found.size(); ++i) CHECK((found[i] == first[i]));
    });
  OnsetTrainingOptions other = quick(3);
  other.seed = 1;
  CHECK_FALSE(
      (*train_onsets({test::strokes(3, 1)}, other).detector.network.parameters()[0] == first[0]));
}

TEST_CASE("a detector comes back from its file, and no damaged one is taken") {
  const test::TemporaryFolder folder;
  OnsetDetector detector = train_onsets({test::strokes(3, 1)}, quick(2)).detector;
  detector.command = "nmfsep train-onsets a.wav";
  save_onset_detector(folder / "onsets", detector, Overwrite::refuse);
  const OnsetDetector loaded = load_onset_detector(folder / "onsets");
  CHECK(loaded.command == detector.command);
  CHECK(loaded.threshold == detector.threshold);
  CHECK(loaded.onsets == detector.onsets);
  CHECK(loaded.seconds == detector.seconds);
  const AudioBuffer audio = test::strokes(1, 4).audio;
  CHECK((onset_strength(loaded, audio) == onset_strength(detector, audio)));

  const std::string bytes = test::read_bytes(folder / "onsets");
  const auto refused = [&](const std::string& content) {
    test::write_bytes(folder / "bad", content);
    CHECK_THROWS_AS(load_onset_detector(folder / "bad"), ModelFileError);
  };
  for (std::size_t size = 0; size < bytes.size(); size += 97) refused(bytes.substr(0, size));
  for (std::size_t place = 0; place < bytes.size(); place += 211) {
    std::string flipped = bytes;
    flipped[place] = static_cast<char>(flipped[place] ^ 1);
    refused(flipped);
  }
  CHECK_THROWS_WITH(load_onset_detector(folder / "none"), contains("no such file"));
  detector.threshold = 0;
  CHECK_THROWS_WITH(save_onset_detector(folder / "zero", detector, Overwrite::refuse),
                    contains("threshold = 0"));
}

TEST_CASE("what is too little to learn from is refused, and so are options that make no sense") {
  CHECK_THROWS_WITH(train_onsets({{test::strokes(3, 1).audio, {0.5}}}, quick(2)),
                    contains("1 onsets in 2.4 s are too few"));
  CHECK_THROWS_WITH(train_onsets({test::strokes(0.3, 1)}, quick(2)), contains("too few"));
  CHECK_FALSE(train_onsets({{test::strokes(3, 1).audio, {0.5, 1}}}, quick(2)).within_25_ms);
  const auto refused = [](auto change, const char* words) {
    OnsetTrainingOptions options = quick(2);
    change(options);
    CHECK_THROWS_WITH(train_onsets({test::strokes(3, 1)}, options), contains(words));
  };
  refused([](auto& o) { o.layers = 4; }, "layers = 4, must be 1 to 3");
  refused([](auto& o) { o.units = 0; }, "units = 0");
  refused([](auto& o) { o.steps = 0; }, "steps = 0");
  refused([](auto& o) { o.learning_rate = 2; }, "learning_rate = 2");
}

TEST_CASE("training of a detector can be cancelled") {
  CHECK_THROWS_AS(train_onsets({test::strokes(3, 1)}, quick(50),
                               [](const Progress& state) {
                                 return state.done < 3 ? Answer::proceed : Answer::cancel;
                               }),
                  Cancelled);
}
