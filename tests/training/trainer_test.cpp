#include "nmfsep/training/trainer.hpp"

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/version.hpp"
#include "nmfsep/sources/autoencoder/autoencoder.hpp"
#include "nmfsep/sources/convolutive/convolutive_dictionary.hpp"
#include "nmfsep/sources/dictionary/dictionary.hpp"
#include "nmfsep/sources/paired/paired_dictionary.hpp"
#include "nmfsep/stft/spectrogram.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/sounds.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using test::swelling_tone;
using test::TemporaryFolder;

namespace {

TrainingOptions small_options(Index components = 3) {
  TrainingOptions options = usual_training("nmf");
  options.nmf.components = components;
  options.nmf.iterations = 20;
  options.nmf.seed = 5;
  return options;
}

TrainedModel train(const TrainingOptions& options, const SourceRecordings& source,
                   Diagnostics& diagnostics, ReadingOptions reading = {}) {
  reading.seed = options.nmf.seed;
  return Trainer(options).train({source}, reading, diagnostics).front();
}

TrainedModel train(const SourceRecordings& source, Diagnostics& diagnostics) {
  return train(small_options(), source, diagnostics);
}

const Matrix& atoms(const TrainedModel& trained) { return trained.model.as<Dictionary>()->W; }

}  // namespace

TEST_CASE("a trained dictionary has atoms that sum to one, and tells how it came to be") {
  TemporaryFolder folder;
  test::write_audio(folder / "a.wav", swelling_tone(220, 1, 2));
  test::write_audio(folder / "b.wav", swelling_tone(330, 1, 1));
  Diagnostics diagnostics;
  const auto [model, report, warnings, remark] =
      train({"tones", {folder / "a.wav", folder / "b.wav"}}, diagnostics);
  const auto& dictionary = *model.as<Dictionary>();
  CHECK(dictionary.name == "tones");
  CHECK(dictionary.analysis == Analysis{8000, StftOptions::for_sample_rate(8000)});
  CHECK(dictionary.W.rows() == 257);
  CHECK(dictionary.W.cols() == 3);
  CHECK((dictionary.W.colwise().sum().array() - 1).abs().maxCoeff() < 1e-5F);
  CHECK(dictionary.W.minCoeff() >= 0);
  CHECK(dictionary.training.seconds == Approx(3));
  CHECK(dictionary.training.files == 2);
  CHECK(dictionary.training.iterations == 20);
  CHECK(dictionary.training.seed == 5);
  CHECK(dictionary.training.final_cost == report.final_cost());
  CHECK(dictionary.training.program_version == version);
  CHECK(warnings.empty());
  CHECK(diagnostics.warnings().empty());
}

TEST_CASE("every channel gives frames to learn from") {
  TemporaryFolder folder;
  const AudioBuffer left = swelling_tone(220, 1, 1);
  const AudioBuffer right = swelling_tone(523, 1, 1);
  AudioBuffer stereo{Matrix(left.length(), 2), 8000};
  stereo.samples << left.samples, right.samples;
  test::write_audio(folder / "stereo.wav", stereo);
  test::write_audio(folder / "left.wav", left);
  test::write_audio(folder / "right.wav", right);
  Diagnostics diagnostics;
  const auto together = train({"x", {folder / "stereo.wav"}}, diagnostics);
  const auto apart = train({"x", {folder / "left.wav", folder / "right.wav"}}, diagnostics);
  CHECK(atoms(together) == atoms(apart));
}

TEST_CASE("digital silence before a sound changes nothing that is learnt") {
  TemporaryFolder folder;
  const AudioBuffer sound = swelling_tone(220, 1, 1);
  AudioBuffer later{Matrix::Zero(sound.length() + 256 * 100, 1), 8000};
  later.samples.bottomRows(sound.length()) = sound.samples;
  test::write_audio(folder / "sound.wav", sound);
  test::write_audio(folder / "later.wav", later);
  Diagnostics diagnostics;
  const auto now = train({"x", {folder / "sound.wav"}}, diagnostics);
  const auto then = train({"x", {folder / "later.wav"}}, diagnostics);
  CHECK(atoms(now) == atoms(then));
}

TEST_CASE("a training file at another rate than the first is resampled, with a warning") {
  TemporaryFolder folder;
  test::write_audio(folder / "a.wav", swelling_tone(220, 1, 1, 8000));
  test::write_audio(folder / "b.wav", swelling_tone(220, 1, 1, 22050));
  Diagnostics diagnostics;
  const auto trained = train({"x", {folder / "a.wav", folder / "b.wav"}}, diagnostics);
  CHECK(trained.model->analysis.sample_rate == 8000);
  REQUIRE(diagnostics.warnings().size() == 1);
  CHECK_THAT(diagnostics.warnings()[0].message,
             contains("b.wav") && contains("22050 Hz") && contains("8000 Hz"));
}

TEST_CASE("exemplars are normalised frames of the training, other for another seed") {
  TemporaryFolder folder;
  const AudioBuffer sound = swelling_tone(220, 1, 2);
  test::write_audio(folder / "a.wav", sound);
  TrainingOptions options = usual_training("exemplars");
  options.nmf.components = 12;
  Diagnostics diagnostics;
  const auto drawn_by = [&](std::uint64_t seed) {
    options.nmf.seed = seed;
    return *::train(options, {"tone", {folder / "a.wav"}}, diagnostics).model.as<Dictionary>();
  };
  const Dictionary drawn = drawn_by(3);
  CHECK(drawn.training.method == "exemplars");
  CHECK(drawn.training.iterations == 0);
  Matrix frames = magnitudes(analyse(sound, Stft(drawn.analysis.stft)), 1);
  frames.array().rowwise() /= frames.colwise().sum().array().max(1e-30F).eval();
  REQUIRE(drawn.W.cols() == 12);
  for (Index k = 0; k < 12; ++k)
    CHECK((frames.colwise() - drawn.W.col(k)).colwise().norm().minCoeff() < 1e-6F);
  for (Index k = 1; k < 12; ++k) CHECK(drawn.W.col(k) != drawn.W.col(0));
  CHECK(drawn_by(3).W == drawn.W);
  CHECK(drawn_by(4).W != drawn.W);
}

TEST_CASE("no frame 60 dB below the loudest becomes an exemplar") {
  TemporaryFolder folder;
  AudioBuffer audio{test::noise(1, 16000, 1, 1e-5F), 8000};
  audio.samples.topRows(8000) += swelling_tone(220, 1, 1).samples;
  test::write_audio(folder / "a.wav", audio);
  TrainingOptions options = usual_training("exemplars");
  options.nmf.components = 20;
  Diagnostics diagnostics;
  const Matrix W = atoms(::train(options, {"x", {folder / "a.wav"}}, diagnostics));
  // Noise spreads over 257 bins, the tone sits in a few.
  for (Index k = 0; k < W.cols(); ++k) CHECK(W.col(k).maxCoeff() > 0.02F);
  options.nmf.components = 100;
  const Matrix all = atoms(::train(options, {"x", {folder / "a.wav"}}, diagnostics));
  CHECK(all.cols() > 50);
  CHECK(all.cols() < 70);
}

TEST_CASE("atoms of several frames make a paired or a convolutive dictionary, apart from silence") {
  TemporaryFolder folder;
  AudioBuffer sound = swelling_tone(220, 1, 2);
  sound.samples.topRows(4000).setZero();
  test::write_audio(folder / "a.wav", sound);
  TrainingOptions options = usual_training("nmf");
  options.nmf.components = 4;
  options.nmf.iterations = 10;
  options.context = 3;
  Diagnostics diagnostics;
  for (const std::string method : {"nmf", "exemplars", "convolutive"}) {
    options.method = method;
    const SourceModel model = ::train(options, {"a", {folder / "a.wav"}}, diagnostics).model;
    CHECK((model.as<ConvolutiveDictionary>() != nullptr) == (method == "convolutive"));
    CHECK(model->context() == 3);
    CHECK(model->components() == 4);
    CHECK(model->training.method == method);
    const auto* paired = model.as<PairedDictionary>();
    const Matrix& W =
        paired != nullptr ? paired->pairs[0].analysis_atoms : model.as<ConvolutiveDictionary>()->W;
    CHECK(W.rows() == 3 * 257);
    CHECK((W.colwise().sum().array() - 1).abs().maxCoeff() < 1e-5F);
  }
  options.context = 2;
  CHECK_THROWS_WITH(Trainer(options), contains("context = 2, must be odd"));
}

TEST_CASE("networks are trained like dictionaries, and little sound for them is a warning") {
  TemporaryFolder folder;
  test::write_audio(folder / "a.wav", swelling_tone(220, 1, 2));
  test::write_audio(folder / "silent.wav", {Matrix::Zero(9000, 1), 8000});
  TrainingOptions options = usual_training("autoencoder");
  options.nmf.components = 4;
  options.nmf.seed = 7;
  options.network.layers = 4;
  options.network.width = 10;
  options.network.epochs = 5;
  Diagnostics diagnostics;
  const TrainedModel trained = train(options, {"a", {folder / "a.wav"}}, diagnostics);
  const auto* network = trained.model.as<Autoencoder>();
  REQUIRE(network != nullptr);
  CHECK_NOTHROW(network->validate());
  CHECK(network->encoder.description() == "dense 257 10 | relu | dense 10 4 | relu");
  CHECK(network->decoder.description() == "dense 4 10 | relu | dense 10 257 | relu-output");
  CHECK(network->training.method == "autoencoder");
  CHECK(network->training.seed == 7);
  CHECK(network->training.iterations == trained.report.iterations);
  CHECK(network->training.final_cost == trained.report.final_cost());
  CHECK(diagnostics.warnings().empty());

  options.network.width = 2000;
  options.network.epochs = 1;
  train(options, {"a", {folder / "a.wav"}}, diagnostics);
  REQUIRE(diagnostics.warnings().size() == 1);
  CHECK(diagnostics.warnings()[0].code == WarningCode::too_little_material);
  // 2 · (257 · 2000 + 2000 · 4) numbers at 257 · 8000 / 128 a second.
  CHECK_THAT(
      diagnostics.warnings()[0].message,
      contains("'a': 2.0 s of sound are few for the 1044000 numbers") && contains("65 s or more"));

  TrainingOptions convolutional = usual_training("conv-autoencoder");
  convolutional.context = 3;
  convolutional.nmf.components = 4;
  convolutional.network.stride = 2;
  convolutional.network.epochs = 5;
  const SourceModel conv = train(convolutional, {"a", {folder / "a.wav"}}, diagnostics).model;
  CHECK(conv.as<Autoencoder>()->decoder.description() ==
        "transposed 1 257 4 1 3 1 2 1 1 | relu-output");
  CHECK(conv->training.method == "conv-autoencoder");
  CHECK_NOTHROW(conv->validate());
  convolutional.network.stride = 4;
  CHECK_THROWS_WITH(Trainer(convolutional), contains("stride = 4, must be 1 to context"));

  options.method = "pca";
  const SourceModel pca = train(options, {"a", {folder / "a.wav"}}, diagnostics).model;
  CHECK(pca.as<Autoencoder>()->decoder.description() == "dense 4 257 | relu-output");
  CHECK(pca->training.method == "pca");
  CHECK(diagnostics.warnings().size() == 1);
  CHECK_THROWS_AS(train(options, {"x", {folder / "silent.wav"}}, diagnostics), AudioFileError);
  options.nmf.components = 300;
  CHECK_THROWS_WITH(train(options, {"a", {folder / "a.wav"}}, diagnostics),
                    contains("fewer than the 300 components"));
  options.network.layers = 3;
  CHECK_THROWS_WITH(Trainer(options), contains("layers = 3, must be even"));
}

TEST_CASE("training methods are found by their names, and say what they can train") {
  for (const TrainingMethod& method : training_methods()) {
    CHECK(&training_method(method.name) == &method);
    CHECK((method.usual_alone != nullptr || method.usual_together != nullptr));
  }
  CHECK_THROWS_WITH(training_method("magic\x1b"),
                    contains("magic\\x1b") && contains("nmf, exemplars, convolutive"));
  CHECK_THROWS_WITH(usual_training("nmf", true), contains("'nmf'") && contains("alone"));
  TrainingOptions options = usual_training("nmf");
  options.together = true;
  CHECK_THROWS_AS(Trainer(options), InvalidArgument);
}

TEST_CASE("sources that are trained by themselves in one call are as in calls of their own") {
  const SourceAudio low{"low", "a tone", {swelling_tone(220, 1, 1)}};
  const SourceAudio high{"high", "a tone", {swelling_tone(523, 1, 1)}};
  const Trainer trainer(small_options());
  const auto both = trainer.train({low, high});
  REQUIRE(both.size() == 2);
  CHECK(both[1].model->name == "high");
  CHECK(atoms(both[0]) == atoms(trainer.train({low}).front()));
  CHECK(atoms(both[1]) == atoms(trainer.train({high}).front()));
}

TEST_CASE("training refuses silence, too few frames, no files and a bad name") {
  TemporaryFolder folder;
  test::write_audio(folder / "silent.wav", {Matrix::Zero(9000, 1), 8000});
  test::write_audio(folder / "short.wav", swelling_tone(220, 1, 0.1));
  Diagnostics diagnostics;
  CHECK_THROWS_WITH(train({"x", {folder / "silent.wav"}}, diagnostics),
                    contains("silent.wav") && contains("nothing to learn"));
  CHECK_THROWS_WITH(train(small_options(50), {"x", {folder / "short.wav"}}, diagnostics),
                    contains("short.wav") && contains("fewer than the 50 components"));
  CHECK_THROWS_AS(train(SourceRecordings{"x", {}}, diagnostics), InvalidArgument);
  CHECK_THROWS_AS(train({"a/b", {folder / "short.wav"}}, diagnostics), InvalidArgument);
  CHECK_THROWS_WITH(Trainer(small_options(0)), contains("components = 0"));
}

TEST_CASE("of more audio than is asked for, pieces are drawn by the seed from all of it") {
  TemporaryFolder folder;
  const auto frames = static_cast<Index>(8000 * 600);  // 9.2 pieces each
  test::write_audio(folder / "a.wav", {test::noise(1, frames), 8000},
                    {Container::wav, SampleFormat::pcm16});
  test::write_audio(folder / "b.wav", {test::noise(2, frames), 8000},
                    {Container::wav, SampleFormat::pcm16});
  TrainingOptions options = usual_training("exemplars");
  options.nmf.components = 2000;
  ReadingOptions reading;
  reading.most_seconds = 5 * 65.6;  // five pieces
  const auto drawn_by = [&](std::uint64_t seed) {
    options.nmf.seed = seed;
    Diagnostics diagnostics;
    return ::train(options, {"x", {folder / "a.wav", folder / "b.wav"}}, diagnostics, reading);
  };
  const TrainedModel drawn = drawn_by(1);
  const ModelHeader& first = *drawn.model;
  CHECK(first.training.available_seconds == Approx(1200));
  CHECK(first.training.seconds <= Approx(5 * 65.536));
  CHECK(first.training.seconds > 4 * 65);
  CHECK(first.training.files == 2);
  const TrainedModel again = drawn_by(1);
  const TrainedModel other = drawn_by(2);
  CHECK(atoms(again) == atoms(drawn));
  CHECK(atoms(other) != atoms(drawn));
  reading.most_seconds = 10;  // less than a piece
  options.nmf.components = 3;
  CHECK(drawn_by(1).model->training.seconds == 10);
  reading.most_seconds = 0;
  CHECK_THROWS_WITH(drawn_by(1), contains("most seconds = 0"));
}

TEST_CASE("a model says which divergence it was learnt by") {
  TrainingOptions options = usual_training("nmf");
  options.nmf.components = 2;
  options.nmf.iterations = 3;
  options.objective.divergence.beta = 0.5;
  const SourceAudio tone{"tone", "a tone", {swelling_tone(220, 1, 1)}};
  const TrainedModel trained = Trainer(options).train({tone}).front();
  CHECK(trained.model->objective.divergence == Divergence{0.5});
}

TEST_CASE("recordings are read at the rate and from the place that are asked for") {
  TemporaryFolder folder;
  test::write_audio(folder / "a.wav", swelling_tone(220, 1, 2));
  test::write_audio(folder / "b.wav", swelling_tone(220, 1, 2, 16000));
  ReadingOptions reading;
  reading.sample_rate = 12000;
  reading.excerpt = {0.5, 1.0};
  Diagnostics diagnostics;
  const auto audio =
      read_sources({{"x", {folder / "a.wav", folder / "b.wav"}}}, reading, diagnostics);
  REQUIRE(audio.front().recordings.size() == 2);
  for (const AudioBuffer& recording : audio.front().recordings) {
    CHECK(recording.sample_rate == 12000);
    CHECK(recording.length() == 12000);
  }
  CHECK(diagnostics.warnings().empty());
  REQUIRE(audio.front().digests.size() == 2);
  CHECK(audio.front().digests[0].name == (folder / "a.wav").string());
  CHECK(audio.front().digests[0].sha256.size() == 64);
  CHECK(audio.front().digests[0].sha256 != audio.front().digests[1].sha256);
  reading.sample_rate = 10;
  CHECK_THROWS_WITH(read_sources({{"x", {folder / "a.wav"}}}, reading, diagnostics),
                    contains("sample rate = 10"));
}
