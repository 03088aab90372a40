#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::run_program;
using test::TrainedModels;

namespace {

/// Runs what must be refused before any work, and checks that every file stays as it was.
void check_refused(const TrainedModels& folder, const std::vector<std::string>& arguments,
                   const std::string& reason) {
  const auto entries = folder.entries();
  const std::string recording = test::read_bytes(folder / "low.wav");
  const std::string model = test::read_bytes(folder / "low.safetensors");
  const auto result = run_program(arguments);
  INFO(result.err);
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, contains(reason));
  CHECK(folder.entries() == entries);
  CHECK((test::read_bytes(folder / "low.wav") == recording));
  CHECK((test::read_bytes(folder / "low.safetensors") == model));
}

}  // namespace

TEST_CASE("no output may be an input, even with overwrite") {
  TrainedModels folder;
  const std::string recording = folder.at("low.wav");
  const std::string model = folder.at("low.safetensors");
  std::filesystem::create_symlink(recording, folder / "link.wav");
  // -o a makes a/component-01/component-01.wav of this one.
  const std::string own_stem = folder.at("a/component-01/component-01.wav");
  std::filesystem::create_directories(folder / "a/component-01");
  test::write_audio(own_stem, read_audio(recording));
  const std::string refusal = "is an input and an output";
  check_refused(folder, {"train", recording, "-o", recording, "--overwrite"}, refusal);
  check_refused(folder, {"train", recording, "-o", folder.at("./link.wav"), "--overwrite"},
                refusal);
  check_refused(folder, {"bundle", model, "-o", model, "--overwrite"}, refusal);
  check_refused(folder, {"info", model, "--json", model, "--overwrite"}, refusal);
  check_refused(folder,
                {"separate", folder.at("mix.wav"), "-m", model, "--learn", "rest=2", "--json",
                 model, "--overwrite"},
                refusal);
  check_refused(folder, {"separate", own_stem, "-c", "2", "-o", folder.at("a"), "--overwrite"},
                refusal);
}

TEST_CASE("no two outputs may be one file") {
  TrainedModels folder;
  check_refused(folder,
                {"train", folder.at("low.wav"), "-o", folder.at("x"), "--json", folder.at("x")},
                "is named for two outputs");
  check_refused(folder,
                {"separate", folder.at("mix.wav"), "-c", "2", "-o", folder.at("out"), "--json",
                 folder.at("out/mix/component-01.wav")},
                "is named for two outputs");
}

TEST_CASE("models do not go to stdout, and empty values are refused") {
  TrainedModels folder;
  const std::string recording = folder.at("low.wav");
  check_refused(folder, {"train", recording, "-o", "-"}, "only --json can go to stdout");
  check_refused(folder, {"train", recording, "-o", ""}, "--output: is empty");
  check_refused(folder, {"train", recording, "-o", folder.at("x"), "--json", ""},
                "--json: is empty");
  check_refused(folder, {"separate", recording, "-c", "2", "-o", ""}, "--out-dir: is empty");
}
