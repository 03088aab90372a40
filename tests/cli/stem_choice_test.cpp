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

TEST_CASE("--only writes the stems that it names, to the bit as among all") {
  const TrainedModels folder;
  must_run(command(folder, "all", {}));
  const auto result = must_run(command(folder, "some", {"--only", "high"}));
  CHECK(result.out == folder.at("some/mix/high.wav") + "\n");
  CHECK_THAT(result.err, contains("1 stem of 2 sources"));
  CHECK_FALSE(std::filesystem::exists(folder / "some/mix/low.wav"));
  CHECK((test::read_bytes(folder / "some/mix/high.wav") ==
         test::read_bytes(folder / "all/mix/high.wav")));
}

TEST_CASE("--only can be given again, and takes the sources in their own order") {
  const TrainedModels folder;
  const auto result =
      must_run(command(folder, "out", {"--only", "high", "--only", "low", "--only", "high"}));
  CHECK(result.out == folder.at("out/mix/low.wav") + "\n" + folder.at("out/mix/high.wav") + "\n");
}

TEST_CASE("--only of what is no source is refused with the names of those that are") {
  const TrainedModels folder;
  const auto result = run_program(command(folder, "out", {"--only", "middle"}));
  CHECK(result.status == 2);
  CHECK_THAT(result.err, contains("--only middle: is no source here; there are low, high"));
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
}
