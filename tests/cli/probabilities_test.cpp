#include <nlohmann/json.hpp>

#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;
using test::TrainedModels;

TEST_CASE("models and mixtures are learnt by expectation and maximisation") {
  const TrainedModels folder;
  const std::vector<std::string> train{
      "train", folder.at("low.wav"),       "--solver", "em", "-c", "4",
      "-o",    folder.at("em.safetensors")};
  must_run(train);
  const auto models = load_models(folder / "em.safetensors");
  CHECK(models.front()->training.solver == "em");
  must_run({"separate", folder.at("mix.wav"), "-m", folder.at("em.safetensors"), "--learn",
            "rest=4", "--solver", "em", "-o", folder.at("out")});
  const Matrix sum = read_audio(folder / "out/mix/em.wav").samples +
                     read_audio(folder / "out/mix/rest.wav").samples;
  CHECK((sum - read_audio(folder / "mix.wav").samples).cwiseAbs().maxCoeff() < 1e-6F);
  CHECK(test::error_db(test::swelling_tone(220, 1.1, 1.5), read_audio(folder / "out/mix/em.wav")) <
        -6);
}

TEST_CASE("what expectation and maximisation do not know is refused by name") {
  const TrainedModels folder;
  const auto refuses = [&](std::vector<std::string> words, const std::string& message) {
    words.insert(words.end(), {"--solver", "em", "-o", folder.at("none")});
    const auto result = run_program(words);
    CHECK(result.status != 0);
    CHECK_THAT(result.err, contains(message));
    CHECK_FALSE(std::filesystem::exists(folder / "none"));
  };
  refuses({"train", folder.at("low.wav"), "--method", "convolutive"},
          "--solver em is for --method nmf; with --method convolutive leave it out");
  refuses({"train", folder.at("low.wav"), "--prior", "sparsity=1"}, "without a prior");
  refuses({"separate", folder.at("mix.wav"), "-c", "3", "--divergence", "is"},
          "--solver = em, must go with the Kullback-Leibler divergence");
}

TEST_CASE("info prints a dictionary as probabilities") {
  const TrainedModels folder;
  const auto printed = must_run({"info", "--probabilities", folder.at("low.safetensors")}).out;
  CHECK_THAT(printed, contains("source 'low', p(f|z) of 5 atoms") && contains("z = 5") &&
                          contains(" Hz; entropy ") && contains(" bits\n"));
  const auto both =
      run_program({"info", "--probabilities", "--command", folder.at("low.safetensors")});
  CHECK_THAT(both.err, contains("--command and --probabilities print different things"));
  must_run({"train", folder.at("low.wav"), "--method", "convolutive", "-c", "2", "-o",
            folder.at("c.safetensors")});
  const auto other = run_program({"info", "--probabilities", folder.at("c.safetensors")});
  CHECK(other.status != 0);
  CHECK_THAT(other.err, contains("which has no atoms of one frame"));
}
