#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nmfsep/sources/model_file.hpp"
#include "onsets/strokes.hpp"
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;

namespace {

/// Recordings and the times of their onsets, a number a line.
class Strokes : public test::TemporaryFolder {
 public:
  Strokes() {
    write("drums", 10, 1);
    write("song", 6, 2);
  }

  std::string at(const std::string& name) const { return (*this / name).string(); }

  std::vector<std::string> training() const {
    return {"train-onsets", at("drums.wav"),   "--layers", "1", "--units", "8", "--steps", "80",
            "-o",           at("onsets.model")};
  }

 private:
  void write(const std::string& name, double seconds, std::uint64_t seed) {
    const LabelledRecording recording = test::strokes(seconds, seed);
    test::write_audio(*this / (name + ".wav"), recording.audio);
    std::string lines;
    for (const double onset : recording.onsets) lines += fmt::format("{:.4f}\n", onset);
    test::write_bytes(*this / (name + ".txt"), lines);
  }
};

}  // namespace

TEST_CASE("train-onsets learns from recordings with labels beside them, and onsets finds others") {
  const Strokes folder;
  const auto trained = must_run(folder.training());
  CHECK_THAT(trained.out, contains("onsets in 8.0 s of 1 file; 80 steps, threshold 0."));
  CHECK_THAT(trained.out, contains("held-out F-measure 0."));

  const auto found =
      must_run({"onsets", folder.at("song.wav"), "-m", folder.at("onsets.model"), "--labels",
                folder.at("out.txt"), "--csv", folder.at("out.csv"), "--reference",
                folder.at("song.txt"), "--json", folder.at("out.json")});
  CHECK_THAT(found.out, contains("onsets in 6.0 s") && contains("within 25 ms"));
  const auto document = nlohmann::json::parse(test::read_bytes(folder / "out.json"));
  CHECK(document["scores"][1]["f_measure"] > 0.7);
  const std::string labels = test::read_bytes(folder / "out.txt");
  CHECK(static_cast<std::size_t>(std::count(labels.begin(), labels.end(), '\n')) ==
        document["onsets"].size());
  CHECK_THAT(test::read_bytes(folder / "out.csv"), contains("time,strength\n"));

  // What it wrote is a label file that it reads again, as other commands do.
  const auto again = must_run({"onsets", folder.at("song.wav"), "-m", folder.at("onsets.model"),
                               "--reference", folder.at("out.txt"), "--json", "-"});
  CHECK(nlohmann::json::parse(again.out)["scores"][0]["f_measure"] == 1);
}

TEST_CASE("info says what is in onset detectors, beside models or alone") {
  const Strokes folder;
  must_run(folder.training());
  const std::string model = folder.at("onsets.model");
  const auto info = must_run({"info", model, "--json", folder.at("info.json")});
  CHECK_THAT(info.out, contains("onsets.model: onset detector\n") &&
                           contains("network      lstm 160 8 2 | dense 16 1 | bias 1\n") &&
                           contains("onsets in 8.0 s\n") && contains("training     80 steps\n"));
  const auto document = nlohmann::json::parse(test::read_bytes(folder / "info.json"));
  CHECK(document["sources"].empty());
  REQUIRE(document["detectors"].size() == 1);
  CHECK(document["detectors"][0]["parameters"] == 2 * (32 * (160 + 8 + 1)) + 17);
  CHECK(document["detectors"][0]["steps"] == 80);

  const std::string command = must_run({"info", "--command", model}).out;
  CHECK_THAT(command, contains("nmfsep train-onsets ") && contains("--steps 80") &&
                          contains(" -o ") && contains("onsets.model"));
  const auto refused = run_program({"info", "--probabilities", model});
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains("an onset detector has no atoms"));
  must_run({"train", folder.at("drums.wav"), "-c", "2", "-o", folder.at("drums.model")});
  const auto both = must_run({"info", folder.at("drums.model"), model});
  CHECK_THAT(both.out, contains("source 'drums'") && contains("onset detector"));
}

TEST_CASE("train places convolutive atoms where a detector hears notes begin") {
  const Strokes folder;
  must_run(folder.training());
  const auto train = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words{"train", folder.at("song.wav"), "-c", "2", "--fft-size", "512",
                                   "-o",    folder.at(name)};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  };
  const std::string detector = folder.at("onsets.model");
  CHECK(train("anywhere.model", {"--method", "convolutive"}).status == 0);
  CHECK(train("placed.model", {"--method", "convolutive", "--onsets", detector}).status == 0);
  CHECK(train("again.model", {"--method", "convolutive", "--onsets", detector, "--threads", "1"})
            .status == 0);
  const auto atoms = [&](const std::string& name) {
    return load_models(folder / name)[0]->tensors()[0].values;
  };
  CHECK(atoms("placed.model") != atoms("anywhere.model"));
  CHECK(atoms("placed.model") == atoms("again.model"));
  const auto refused = train("x.model", {"--onsets", detector});
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains("--onsets has no effect with --method nmf; leave it out"));
  CHECK(train("x.model", {"--method", "convolutive", "--onsets", folder.at("song.wav")}).status ==
        1);
}

TEST_CASE("a recording's onsets are the same bits on any number of threads") {
  const Strokes folder;
  std::string first;
  for (const char* threads : {"1", "2"}) {
    auto arguments = folder.training();
    arguments.insert(arguments.end(), {"--threads", threads, "--overwrite"});
    must_run(arguments);
    const std::string bytes = test::read_bytes(folder / "onsets.model");
    if (first.empty()) first = bytes;
    CHECK((bytes == first));
  }
}

TEST_CASE("onsets and train-onsets say what is wrong with their inputs") {
  const Strokes folder;
  must_run(folder.training());
  const auto refused = [&](std::vector<std::string> arguments, int status, const char* words) {
    const auto result = run_program(arguments);
    INFO(result.err);
    CHECK(result.status == status);
    CHECK_THAT(result.err, contains(words));
  };
  const std::string song = folder.at("song.wav"), model = folder.at("onsets.model");
  refused(folder.training(), 1, "onsets.model");  // is there already
  refused({"onsets", song, "-m", song}, 1, "it is an audio file");
  refused({"onsets", song, "-m", model, "--threshold", "2"}, 2, "--threshold 2");
  refused({"onsets", song, "-m", model, "--labels", song, "--overwrite"}, 2, "song.wav");
  test::write_bytes(folder / "late.txt", "0.5\n99\n");
  refused({"onsets", song, "-m", model, "--reference", folder.at("late.txt")}, 1,
          "an onset at 99 s, but the recording ends after 6.00 s");
  test::write_bytes(folder / "odd.txt", "0.5\nsoon\n");
  refused({"onsets", song, "-m", model, "--reference", folder.at("odd.txt")}, 1,
          "odd.txt':2: 'soon' is no time");
  refused({"train-onsets", song, "--labels", folder.at("a.txt"), "--labels", folder.at("b.txt"),
           "-o", folder.at("x.model")},
          2, "1 recordings, but 2 of --labels");
  refused({"train-onsets", song, "--steps", "0", "-o", folder.at("x.model")}, 2, "steps = 0");
  refused({"separate", song, "-m", model, "-o", folder.at("out")}, 1, "not an nmfsep model");
  CHECK_FALSE(std::filesystem::exists(folder / "x.model"));
}
