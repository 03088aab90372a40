// Which of the stems `separate` writes.
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;
using test::TrainedModels;

namespace {

/// `nmfsep separate mix.wav` with both models and `more`, into `out`.
std::vector<std::string> command(const TrainedModels& folder, const std::string& out,
                                 const std::vector<std::string>& more) {
  std::vector<std::string> words{
      "separate", folder.at("mix.wav"),          "-m", folder.at("low.safetensors"),
      "-m",       folder.at("high.safetensors"), "-o", folder.at(out)};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("the flag --only writes the stems that it names, to the bit as among all") {
  const TrainedModels folder;
  must_run(command(folder, "all", {}));
  const auto result = must_run(command(folder, "some", {"--only", "high"}));
  CHECK(result.out == folder.at("some/mix/high.wav") + "\n");
  CHECK_THAT(result.err, contains("1 stem of 2 sources"));
  CHECK_FALSE(std::filesystem::exists(folder / "some/mix/low.wav"));
  CHECK((test::read_bytes(folder / "some/mix/high.wav") ==
         test::read_bytes(folder / "all/mix/high.wav")));
}

TEST_CASE("the flag --only can be given again, and takes the sources in their own order") {
  const TrainedModels folder;
  const auto result =
      must_run(command(folder, "out", {"--only", "high", "--only", "low", "--only", "high"}));
  CHECK(result.out == folder.at("out/mix/low.wav") + "\n" + folder.at("out/mix/high.wav") + "\n");
}

TEST_CASE("the flag --only of what is no source is refused with the names of those that are") {
  const TrainedModels folder;
  const auto result = run_program(command(folder, "out", {"--only", "middle"}));
  CHECK(result.status == 2);
  CHECK_THAT(result.err, contains("--only middle: is no source here; there are low, high"));
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
}

TEST_CASE(
    "the flag --residual writes what the mixture has beyond the stems that are written, exactly") {
  const TrainedModels folder;
  const auto result = must_run(command(folder, "out", {"--only", "high", "--residual", "rest"}));
  CHECK(result.out == folder.at("out/mix/high.wav") + "\n" + folder.at("out/mix/rest.wav") + "\n");
  const Matrix mixture = read_audio(folder / "mix.wav").samples;
  const Matrix high = read_audio(folder / "out/mix/high.wav").samples;
  CHECK((read_audio(folder / "out/mix/rest.wav").samples == mixture - high));
  must_run(command(folder, "all", {}));
  CHECK((test::read_bytes(folder / "out/mix/high.wav") ==
         test::read_bytes(folder / "all/mix/high.wav")));
}

TEST_CASE("the residual beside all stems is what rounding leaves, or what resampling loses") {
  const TrainedModels folder;
  must_run(command(folder, "out", {"--residual", "rest"}));
  CHECK(read_audio(folder / "out/mix/rest.wav").samples.cwiseAbs().maxCoeff() < 1e-6F);

  const AudioBuffer bright{test::noise(3, 24000, 2, 0.5F), 16000};  // the models' is 8000 Hz
  test::write_audio(folder / "bright.wav", bright);
  auto words = command(folder, "out", {"--residual", "rest"});
  words[1] = folder.at("bright.wav");
  must_run(words);
  Matrix sum = Matrix::Zero(24000, 2);
  for (const char* stem : {"low", "high", "rest"})
    sum += read_audio(folder / (std::string("out/bright/") + stem + ".wav")).samples;
  CHECK((sum - bright.samples).cwiseAbs().maxCoeff() < 1e-6F);
  CHECK(read_audio(folder / "out/bright/rest.wav").samples.cwiseAbs().maxCoeff() > 0.1F);
}

TEST_CASE("the residual is the same bits on any number of threads, also of what is learnt") {
  const TrainedModels folder;
  std::string first;
  for (const char* threads : {"1", "3"}) {
    must_run({"separate", folder.at("mix.wav"), "-c", "4", "--only", "component-02", "--residual",
              "others", "-o", folder.at("out"), "--overwrite", "--threads", threads});
    const std::string bytes = test::read_bytes(folder / "out/mix/others.wav");
    if (first.empty()) first = bytes;
    CHECK((bytes == first));
  }
}

TEST_CASE("a residual's name must be a stem's, and no source's") {
  const TrainedModels folder;
  const auto check = [&](const std::string& name, const std::string& complaint) {
    const auto result = run_program(command(folder, "out", {"--residual", name}));
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains(complaint));
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  };
  check("low", "--residual low: is a source");
  check("a/b", "'a/b' has a '/'");
  check("..", "'..' begins or ends");
}
