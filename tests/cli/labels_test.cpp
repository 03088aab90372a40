// Sources that are learnt where they are alone in the recording itself: train and separate with
// --labels.
#include "nmfsep/sources/dictionary/dictionary.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;

namespace {

/// song.wav (8 kHz): 1 s low alone, 1 s high alone, 1.5 s both, and low again for half a second;
/// and what labels say of it.
class Song : public test::TemporaryFolder {
 public:
  Song() {
    low_ = Matrix::Zero(32000, 1);
    high_ = low_;
    low_.topRows(8000) = test::swelling_tone(220, 1.5, 1).samples;
    high_.middleRows(8000, 8000) = test::swelling_tone(523, 2.5, 1).samples;
    low_.middleRows(16000, 12000) = test::swelling_tone(220, 1.1, 1.5).samples;
    high_.middleRows(16000, 12000) = test::swelling_tone(523, 0.7, 1.5).samples;
    low_.bottomRows(4000) = test::swelling_tone(220, 2, 0.5).samples;
    test::write_audio(*this / "song.wav", {low_ + high_, 8000});
    test::write_bytes(*this / "labels.txt", "0\t1\tlow\n1\t2\thigh\n3.5\t4\tlow\n");
  }

  test::ProgramResult run(const std::vector<std::string>& words) const {
    return test::run_program(words, {path()});
  }

  void must(const std::vector<std::string>& words) const {
    const auto result = run(words);
    INFO(result.err);
    REQUIRE(result.status == 0);
  }

  Matrix atoms(const std::string& file, std::size_t source) const {
    return load_models(*this / file).at(source).as<Dictionary>()->W;
  }

  /// What `name`'s part in a stem misses, over itself: energies.
  float error(const std::string& stem, const Matrix& truth) const {
    return (read_audio(*this / stem).samples - truth).squaredNorm() / truth.squaredNorm();
  }

  Matrix low_;
  Matrix high_;
};

}  // namespace

TEST_CASE("train learns the stretches that have a label, as it learns files that hold them") {
  const Song song;
  const AudioBuffer audio = read_audio(song / "song.wav");
  test::write_audio(song / "a.wav", {Matrix(audio.samples.topRows(8000)), 8000});
  test::write_audio(song / "b.wav", {Matrix(audio.samples.bottomRows(4000)), 8000});
  test::write_audio(song / "c.wav", {Matrix(audio.samples.middleRows(8000, 8000)), 8000});
  song.must({"train", "a.wav", "b.wav", "-c", "3", "-o", "files.safetensors"});
  song.must({"train", "c.wav", "-c", "3", "-o", "high.safetensors"});
  song.must({"train", "song.wav", "--labels", "labels.txt", "--label", "low", "-c", "3", "-o",
             "low.safetensors"});
  CHECK(song.atoms("low.safetensors", 0) == song.atoms("files.safetensors", 0));
  CHECK(load_models(song / "low.safetensors")[0]->name == "low");

  song.must({"train", "song.wav", "--labels", "labels.txt", "-c", "3", "-o", "both.safetensors"});
  CHECK(song.atoms("both.safetensors", 0) == song.atoms("files.safetensors", 0));
  CHECK(song.atoms("both.safetensors", 1) == song.atoms("high.safetensors", 0));
  CHECK(load_models(song / "both.safetensors")[1]->name == "high");
  CHECK(load_models(song / "both.safetensors")[0]->training.seconds == 1.5);

  song.must({"train", "song.wav", "--labels", "labels.txt", "--label", "low", "--name", "hum",
             "--sample-rate", "4000", "-c", "3", "-o", "hum.safetensors"});
  CHECK(load_models(song / "hum.safetensors")[0]->name == "hum");
}

TEST_CASE("separate learns labelled sources from the mixture itself") {
  const Song song;
  song.must({"separate", "song.wav", "--labels", "labels.txt", "-o", "out"});
  CHECK(song.error("out/song/low.wav", song.low_) < 0.05F);
  CHECK(song.error("out/song/high.wav", song.high_) < 0.05F);
  const Matrix sum = read_audio(song / "out/song/low.wav").samples +
                     read_audio(song / "out/song/high.wav").samples;
  CHECK((sum - read_audio(song / "song.wav").samples).cwiseAbs().maxCoeff() < 1e-5F);

  // As with models that train learns of the same labels.
  song.must({"train", "song.wav", "--labels", "labels.txt", "-o", "both.safetensors"});
  song.must({"separate", "song.wav", "-m", "both.safetensors", "-o", "models"});
  CHECK(test::read_bytes(song / "models/song/low.wav") ==
        test::read_bytes(song / "out/song/low.wav"));
}

TEST_CASE("separate takes labels beside models, sources to learn and another analysis") {
  const Song song;
  test::write_bytes(song / "low.txt", "0\t1\tlow\n3.5\t4\tlow\n");
  song.must({"separate", "song.wav", "--labels", "low.txt", "--learn", "rest=3", "-o", "rest"});
  CHECK(song.error("rest/song/low.wav", song.low_) < 0.2F);
  song.must({"train", "song.wav", "--start", "1", "--duration", "1", "--fft-size", "512", "-o",
             "high.safetensors"});
  song.must(
      {"separate", "song.wav", "--labels", "low.txt", "-m", "high.safetensors", "-o", "beside"});
  CHECK(song.error("beside/song/low.wav", song.low_) < 0.05F);
  song.must({"separate", "song.wav", "--labels", "labels.txt", "--fft-size", "256", "-o", "small"});
  CHECK(test::read_bytes(song / "small/song/low.wav") !=
        test::read_bytes(song / "beside/song/low.wav"));
}

TEST_CASE("labels that cannot be learnt from are refused, and nothing is written") {
  const Song song;
  const auto refused = [&](const std::string& text, const std::string& complaint, int status = 1) {
    test::write_bytes(song / "bad.txt", text);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"separate", "song.wav", "--labels", "bad.txt", "-o", "none"},
          std::vector<std::string>{"train", "song.wav", "--labels", "bad.txt", "-o",
                                   "none.safetensors"}}) {
      const auto result = song.run(words);
      CHECK(result.status == status);
      CHECK(result.out.empty());
      CHECK_THAT(result.err, contains(complaint));
      CHECK_FALSE(std::filesystem::exists(song / "none"));
      CHECK_FALSE(std::filesystem::exists(song / "none.safetensors"));
    }
  };
  refused("0\t1\tlow\n2\tx\thigh\n", "'bad.txt':2: end = 'x', must be a number");
  refused("0\t1\tlow\n2\t2\thigh\n", "'bad.txt':2: 'high' is a point at 2 s and has no sound");
  refused("0\t1\ta/b\n1\t2\thigh\n", "'bad.txt':1: ");
  refused("0\t1\tlow\n9\t10\thigh\n", "lasts 4.000 s, and a stretch of source 'high' begins at 9");
  refused("hello", "begins no label file");
}

TEST_CASE("flags that --labels cannot go with are refused") {
  const Song song;
  std::filesystem::copy(song / "song.wav", song / "two.wav");
  const auto refused = [&](const std::vector<std::string>& words, const std::string& complaint) {
    const auto result = song.run(words);
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains(complaint));
  };
  const std::vector<std::string> train{"train", "-o", "m.safetensors", "song.wav"};
  const auto with = [](std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  refused(with(train, {"--label", "low"}), "give the file with --labels");
  refused(with(train, {"--labels", "labels.txt", "--label", "drums"}),
          "--label drums: is no label in 'labels.txt'; there are low, high");
  refused(with(train, {"--labels", "labels.txt", "--start", "1"}), "both say what to learn from");
  refused(with(train, {"--labels", "labels.txt", "--name", "x"}), "--name is for one source");
  refused(with(train, {"two.wav", "--labels", "labels.txt"}), "--labels is of one recording");
  refused({"train", "a=song.wav", "-o", "m.safetensors", "--labels", "labels.txt"},
          "leave out NAME= and -");
  const std::vector<std::string> separate{"separate", "song.wav", "-o",
                                          "out",      "--labels", "labels.txt"};
  refused(with(separate, {"--manifest", "m.jsonl"}),
          "--labels is of one mixture; leave out --manifest");
  refused(with(separate, {"-c", "3"}), "-c splits without models");
  refused(with(separate, {"--hpss"}), "--hpss splits without models");
  refused(with(separate, {"two.wav"}), "--labels is of one recording");
}

TEST_CASE("labels that share time or have frequencies are warned of") {
  const Song song;
  test::write_bytes(song / "odd.txt", "0\t1.2\tlow\n1\t2\thigh\n\\\t300\t900\n");
  const auto result = song.run({"separate", "song.wav", "--labels", "odd.txt", "-o", "out"});
  CHECK(result.status == 0);
  CHECK_THAT(result.err, contains("'low' (line 1) and 'high' (line 3) share 1.00 to 1.20 s"));
  CHECK_THAT(result.err, contains("'odd.txt':3: has frequencies; 'high' is learnt from all"));
}
