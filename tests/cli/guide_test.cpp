// What a user has marked in the mixture: separate --guide.
#include <png.h>

#include <algorithm>

#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;

namespace {

/// mix.wav of a low tone (220 Hz) and a high one (880 Hz), 2 s at 8 kHz, which start and end
/// together, and both models trained on what is like neither.
class Marked : public test::TemporaryFolder {
 public:
  Marked()
      : low_(test::swelling_tone(220, 1.1, 2).samples),
        high_(test::swelling_tone(880, 0.7, 2).samples) {
    test::write_audio(*this / "mix.wav", {low_ + high_, 8000});
    test::write_bytes(*this / "marks.txt", "0\t2\tlow\n\\\t100\t400\n0\t2\thigh\n\\\t700\t1100\n");
  }

  test::ProgramResult run(std::vector<std::string> more, const std::string& out = "out") const {
    more.insert(more.begin(), {"separate", "mix.wav", "--overwrite", "-o", out});
    return test::run_program(more, {path()});
  }

  test::ProgramResult learn(std::vector<std::string> more, const std::string& out = "out") const {
    more.insert(more.begin(), {"--learn", "low=4", "--learn", "high=4"});
    return run(more, out);
  }

  void must(const test::ProgramResult& result) const {
    INFO(result.err);
    REQUIRE(result.status == 0);
  }

  Matrix stem(const std::string& name, const std::string& out = "out") const {
    return read_audio(*this / (out + "/mix/" + name + ".wav")).samples;
  }

  static float error(const Matrix& stem, const Matrix& truth) {
    return (stem - truth).squaredNorm() / truth.squaredNorm();
  }

  /// A picture of 16 rows: white in the given one from above and those beside it.
  void paint(const std::string& name, int row) const {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = 10;
    image.height = 16;
    image.format = PNG_FORMAT_GRAY;
    std::vector<std::uint8_t> pixels(160, 0);
    std::fill(pixels.begin() + 10 * (row - 1), pixels.begin() + 10 * std::min(row + 2, 16), 255);
    REQUIRE(png_image_write_to_file(&image, (*this / name).c_str(), 0, pixels.data(), 0, nullptr) !=
            0);
  }

  Matrix low_;
  Matrix high_;
};

}  // namespace

TEST_CASE("separate learns sources without models where they are marked") {
  const Marked folder;
  folder.must(folder.learn({"--guide", "marks.txt"}));
  CHECK(Marked::error(folder.stem("low"), folder.low_) < 0.1F);
  CHECK(Marked::error(folder.stem("high"), folder.high_) < 0.1F);
  const Matrix sum = folder.stem("low") + folder.stem("high");
  CHECK((sum - read_audio(folder / "mix.wav").samples).cwiseAbs().maxCoeff() < 1e-5F);

  // Any blocks, threads and repetition give the same bits.
  folder.must(
      folder.learn({"--guide", "marks.txt", "--block-frames", "7", "--threads", "1"}, "again"));
  CHECK(folder.stem("low", "again") == folder.stem("low"));

  // A weaker guide is another guide.
  folder.must(folder.learn({"--guide", "marks.txt", "--guide-strength", "0.01"}, "weak"));
  CHECK(folder.stem("low", "weak") != folder.stem("low"));
}

TEST_CASE("pictures guide as labels do, by the name of their file or the one before it") {
  const Marked folder;
  folder.paint("low.png", 15);  // 0 to 500 Hz
  folder.paint("picture", 12);  // 500 to 1250 Hz and above
  folder.must(folder.learn({"--guide", "low.png", "--guide", "high=picture"}));
  CHECK(Marked::error(folder.stem("low"), folder.low_) < 0.25F);
  CHECK(Marked::error(folder.stem("high"), folder.high_) < 0.25F);
}

TEST_CASE("where a source never sounds its stem is silent, with models too") {
  const test::TrainedModels folder;
  test::write_bytes(folder / "never.txt", "0\t0.7\t!low\n");
  const auto run = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{
        "separate",         "mix.wav",     "-m",        "low.safetensors",
        "high.safetensors", "--overwrite", "--out-dir", "out"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = test::run_program(words, {folder.path()});
    INFO(result.err);
    REQUIRE(result.status == 0);
    return read_audio(folder / "out/mix/low.wav").samples;
  };
  const Matrix plain = run({});
  const Matrix guided = run({"--guide", "never.txt"});
  const Index early = 8000 / 2;  // 0.5 s: frames there end before 0.7 s
  CHECK(plain.topRows(early).cwiseAbs().maxCoeff() > 0.01F);
  CHECK(guided.topRows(early).cwiseAbs().maxCoeff() == 0);
  CHECK(guided.bottomRows(early).cwiseAbs().maxCoeff() > 0.01F);

  // Marks are of the file, and what is separated may begin later in it.
  const Matrix later = run({"--guide", "never.txt", "--start", "0.5"});
  CHECK(later.topRows(400).cwiseAbs().maxCoeff() == 0);
  CHECK(later.bottomRows(early).cwiseAbs().maxCoeff() > 0.01F);
}

TEST_CASE("guides that cannot be are refused, and nothing is written") {
  const Marked folder;
  test::write_bytes(folder / "bad.txt", "0\t1\tlow\n1\t2\tdrums\n");
  test::write_bytes(folder / "cut.png", "\x89PNG\r\n\x1A\n and no more");
  test::write_bytes(folder / "text", "no marks");
  folder.paint("drums.png", 3);
  const auto refused = [&](const test::ProgramResult& result, int status,
                           const std::string& complaint) {
    CHECK(result.status == status);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, contains(complaint));
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  };
  refused(folder.learn({"--guide", "bad.txt"}), 2,
          "'bad.txt':2: 'drums' is no source here; there are low, high");
  refused(folder.learn({"--guide", "drums.png"}), 2, "'drums.png': 'drums' is no source here");
  refused(folder.learn({"--guide", "low=cut.png"}), 1, "'cut.png': cannot be read as PNG");
  refused(folder.learn({"--guide", "text"}), 1, "begins no label file");
  refused(folder.learn({"--guide", "none.txt"}), 1, "'none.txt': cannot be opened");
  refused(folder.learn({"--guide", "low=marks.txt"}), 2, "labels name their sources");
  refused(folder.learn({"--guide", "marks.txt", "--guide-strength", "0"}), 2,
          "--guide-strength = 0, must be above 0");
  refused(folder.run({"-c", "3", "--guide-strength", "2"}), 2, "give a file with it");
  refused(folder.learn({}), 2, "--learn is for sources beside models");
  refused(folder.learn({"--guide", "marks.txt", "--divergence", "is"}), 2,
          "Kullback-Leibler divergence alone");
  refused(folder.run({"-c", "3", "--guide", "marks.txt"}), 2, "sources that have names");
  refused(folder.run({"--hpss", "--guide", "marks.txt"}), 2, "sources that have names");
  refused(folder.learn({"--guide", "marks.txt", "--manifest", "m.jsonl"}), 2,
          "--guide is of one mixture; leave out --manifest");
  refused(folder.learn({"marks.txt", "--guide", "marks.txt"}), 2, "--guide is of one mixture");
}
