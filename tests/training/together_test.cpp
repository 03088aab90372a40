#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/separation/separator.hpp"
#include "nmfsep/sources/paired/paired_decomposer.hpp"
#include "nmfsep/training/trainer.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/sounds.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using test::error_db;
using test::swelling_tone;

namespace {

/// Recordings of two tones.
class Tones : public test::TemporaryFolder {
 public:
  Tones() {
    test::write_audio(*this / "low.wav", swelling_tone(220, 1.5, 2));
    test::write_audio(*this / "high.wav", swelling_tone(523, 2.5, 2));
  }
  std::vector<SourceRecordings> sources() const {
    return {{"low", {*this / "low.wav"}}, {"high", {*this / "high.wav"}}};
  }
};

TrainingOptions small_options() {
  TrainingOptions options = usual_training("exemplars", true);
  options.nmf.components = 10;
  options.nmf.iterations = 30;
  options.mixture_seconds = 6;
  return options;
}

std::vector<PairedDictionary> train(const std::vector<SourceRecordings>& sources,
                                    const TrainingOptions& options) {
  Diagnostics diagnostics;
  std::vector<PairedDictionary> models;
  for (const TrainedModel& trained : Trainer(options).train(sources, {}, diagnostics))
    models.push_back(*trained.model.as<PairedDictionary>());
  return models;
}

/// Error of the low tone's stem, dB.
double separation_error(const std::vector<PairedDictionary>& models) {
  const AudioBuffer low = swelling_tone(220, 1.1, 3);
  const AudioBuffer mixture{low.samples + swelling_tone(523, 0.7, 3).samples, 8000};
  NmfOptions nmf;
  nmf.iterations = 60;
  Objective objective;
  objective.mask_exponent = 2;
  const Separator separator(models.front().analysis, objective,
                            std::make_unique<PairedDecomposer>(models, nmf));
  Diagnostics diagnostics;
  return error_db(low, separator.separate(mixture, "mix", diagnostics).stems[0].audio);
}

/// A tone that rises from 300 to 1500 Hz, four times a second.
AudioBuffer rising_tone(double seconds) {
  AudioBuffer audio{Matrix(static_cast<Index>(seconds * 8000), 1), 8000};
  double phase = 0;
  for (Index n = 0; n < audio.length(); ++n) {
    const double hertz = 300 + 1200 * static_cast<double>(n % 2000) / 2000;
    phase += 2 * std::numbers::pi * hertz / 8000;
    audio.samples(n, 0) = static_cast<float>(0.3 * std::sin(phase));
  }
  return audio;
}

/// How far the last of three frames lies above the first, in bins: the median of all atoms,
/// since the sound falls at once after it rose.
double rise(const Matrix& atoms) {
  const Index bins = atoms.rows() / 3;
  const Vector places = Vector::LinSpaced(bins, 0, static_cast<float>(bins - 1));
  const auto centre = [&](Index k, Index frame) {
    const Vector part = atoms.col(k).segment(frame * bins, bins);
    return static_cast<double>(part.dot(places) / part.sum());
  };
  std::vector<double> rises;
  for (Index k = 0; k < atoms.cols(); ++k) rises.push_back(centre(k, 2) - centre(k, 0));
  std::nth_element(rises.begin(), rises.begin() + atoms.cols() / 2, rises.end());
  return rises[static_cast<std::size_t>(atoms.cols() / 2)];
}

}  // namespace

TEST_CASE("a set has both kinds of atoms for each source, and tells how it came to be") {
  const Tones tones;
  TrainingOptions options = small_options();
  options.context = 3;
  options.ensemble = 2;
  options.nmf.seed = 4;
  const auto models = train(tones.sources(), options);
  REQUIRE(models.size() == 2);
  CHECK(models[0].name == "low");
  CHECK(models[1].name == "high");
  for (const PairedDictionary& model : models) {
    CHECK(model.analysis == Analysis{8000, StftOptions::for_sample_rate(8000)});
    CHECK(model.span == 3);
    REQUIRE(model.pairs.size() == 2);
    for (const AtomPairs& member : model.pairs) {
      CHECK(member.analysis_atoms.rows() == 3 * 257);
      CHECK(member.analysis_atoms.cols() == 10);
      CHECK((member.analysis_atoms.colwise().sum().array() - 1).abs().maxCoeff() < 1e-5F);
      CHECK(member.reconstruction_atoms.rows() == 3 * 257);
      CHECK(member.reconstruction_atoms.cols() == 10);
      CHECK(member.reconstruction_atoms.minCoeff() >= 0);
      CHECK(member.reconstruction_atoms.allFinite());
    }
    CHECK(model.pairs[0].analysis_atoms != model.pairs[1].analysis_atoms);
    CHECK(model.training.method == "exemplars");
    CHECK(model.training.seconds == Approx(2));
    CHECK(model.training.files == 1);
    CHECK(model.training.seed == 4);
  }
}

TEST_CASE("sets separate, with and without mixtures, context and ensemble") {
  const Tones tones;
  TrainingOptions options = small_options();
  CHECK(separation_error(train(tones.sources(), options)) < -15);
  options.mixture_seconds = 0;
  CHECK(separation_error(train(tones.sources(), options)) < -15);
  options.context = 3;
  options.ensemble = 2;
  CHECK(separation_error(train(tones.sources(), options)) < -15);
}

TEST_CASE("the frames of reconstruction atoms follow one another as those of the sound do") {
  TrainingOptions options = small_options();
  options.context = 3;
  options.nmf.components = 40;
  const std::vector<SourceAudio> sources{{"rising", "rising.wav", {rising_tone(3)}},
                                         {"high", "high.wav", {swelling_tone(2900, 2.5, 3)}}};
  const SourceModel model = Trainer(options).train(sources).front().model;
  const AtomPairs& pair = model.as<PairedDictionary>()->pairs[0];
  CHECK(rise(pair.analysis_atoms) > 5);
  CHECK(rise(pair.reconstruction_atoms) > 0.7 * rise(pair.analysis_atoms));
}

TEST_CASE("atoms that no training mixture needs stay the exemplars they were") {
  // Twelve tones, of which one piece of three seconds holds a few.
  AudioBuffer scale{Matrix(12 * 8000, 1), 8000};
  for (int tone = 0; tone < 12; ++tone)
    scale.samples.middleRows(tone * 8000, 8000) = swelling_tone(300 + 250 * tone, 2.5, 1).samples;
  TrainingOptions options = small_options();
  options.mixture_seconds = 3;
  options.nmf.components = 60;
  const std::vector<SourceAudio> sources{{"scale", "scale.wav", {scale}},
                                         {"low", "low.wav", {swelling_tone(120, 2.5, 3)}}};
  const SourceModel model = Trainer(options).train(sources).front().model;
  const AtomPairs& pair = model.as<PairedDictionary>()->pairs[0];
  const Vector before = pair.analysis_atoms.colwise().sum();
  const Vector after = pair.reconstruction_atoms.colwise().sum();
  CHECK((after.array() / before.array()).minCoeff() > 0.3F);
  CHECK((pair.reconstruction_atoms - pair.analysis_atoms).norm() > 0.01F);  // others moved
}

TEST_CASE("without mixtures a source is rebuilt from its exemplars") {
  const Tones tones;
  TrainingOptions options = small_options();
  options.mixture_seconds = 0;
  options.context = 5;
  for (const PairedDictionary& model : train(tones.sources(), options))
    CHECK(model.pairs[0].reconstruction_atoms == model.pairs[0].analysis_atoms);
}

TEST_CASE("a set is the same to the bit on 1, 2 and 7 threads, and another for another seed") {
  const Tones tones;
  TrainingOptions options = small_options();
  options.context = 3;
  const auto expected = train(tones.sources(), options);
  for (const std::size_t threads : {1, 2, 7}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    const auto again = train(tones.sources(), options);
    for (std::size_t s = 0; s < 2; ++s) {
      CHECK(again[s].pairs[0].analysis_atoms == expected[s].pairs[0].analysis_atoms);
      CHECK(again[s].pairs[0].reconstruction_atoms == expected[s].pairs[0].reconstruction_atoms);
    }
  }
  options.nmf.seed = 1;
  CHECK(train(tones.sources(), options)[0].pairs[0].analysis_atoms !=
        expected[0].pairs[0].analysis_atoms);
}

TEST_CASE("a recording at another rate than the first source's is resampled, with a warning") {
  const Tones tones;
  test::write_audio(tones / "high.wav", swelling_tone(523, 2.5, 2, 22050));
  Diagnostics diagnostics;
  const auto models = Trainer(small_options()).train(tones.sources(), {}, diagnostics);
  CHECK(models[1].model->analysis.sample_rate == 8000);
  REQUIRE(diagnostics.warnings().size() == 1);
  CHECK_THAT(diagnostics.warnings()[0].message, contains("high.wav") && contains("22050 Hz"));
}

TEST_CASE("a set refuses too few and too many sources, twins, silence and too little material") {
  const Tones tones;
  const SourceRecordings low = tones.sources()[0];
  const auto refused = [&](std::vector<SourceRecordings> sources, const std::string& fault) {
    CHECK_THROWS_WITH(train(sources, small_options()), contains(fault));
  };
  refused({low}, "a set of 1 sources, must be 2 to 8");
  refused(std::vector<SourceRecordings>(9, low), "a set of 9 sources");
  refused({low, low}, "two sources are named 'low'");
  refused({low, {"none", {}}}, "'none': no audio files");
  refused({low, {"a/b", low.files}}, "a/b");
  test::write_audio(tones / "silent.wav", {Matrix::Zero(9000, 1), 8000});
  refused({low, {"quiet", {tones / "silent.wav"}}}, "nothing to learn from");
  const auto cancel = [](const Progress&) { return Answer::cancel; };
  Diagnostics diagnostics;
  CHECK_THROWS_AS(Trainer(small_options()).train(tones.sources(), {}, diagnostics, cancel),
                  Cancelled);
}

TEST_CASE("options of a set that break a rule are refused at once") {
  const auto refused = [](auto change, const std::string& fault) {
    TrainingOptions options = usual_training("exemplars", true);
    change(options);
    CHECK_THROWS_WITH(Trainer(options), contains(fault));
  };
  refused([](auto& o) { o.context = 2; }, "context = 2, must be odd");
  refused([](auto& o) { o.context = 101; }, "context = 101");
  refused([](auto& o) { o.ensemble = 0; }, "ensemble = 0");
  refused([](auto& o) { o.ensemble = 101; }, "ensemble = 101");
  refused([](auto& o) { o.mixture_seconds = -1; }, "mixture seconds = -1");
  refused([](auto& o) { o.mixture_seconds = std::nan(""); }, "mixture seconds = nan");
  refused([](auto& o) { o.objective.magnitude_exponent = 0; }, "magnitude exponent = 0");
  refused([](auto& o) { o.nmf.components = 0; }, "components = 0");
}
