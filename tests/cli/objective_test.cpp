// What is minimised, from the command line to the mask.
#include <nlohmann/json.hpp>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/sounds.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using nlohmann::json;
using test::must_run;
using test::run_program;
using test::TrainedModels;

namespace {

/// Models of both sources, trained by that divergence: their options for `separate`.
std::vector<std::string> train_by(const TrainedModels& folder, const std::string& divergence) {
  std::vector<std::string> options;
  for (const std::string name : {"low", "high"}) {
    const std::string model = folder.at(name + "-" + divergence + ".model");
    must_run({"train", folder.at(name + ".wav"), "--name", name, "-c", "8", "--divergence",
              divergence, "-o", model});
    options.insert(options.end(), {"-m", model});
  }
  return options;
}

json separated(const TrainedModels& folder, const std::vector<std::string>& options,
               const std::string& output) {
  std::vector<std::string> words{
      "separate", folder.at("mix.wav"), "-o", folder.at(output), "--json", "-"};
  words.insert(words.end(), options.begin(), options.end());
  return json::parse(must_run(words).out);
}

}  // namespace

TEST_CASE(
    "models are trained and used by the divergence that was asked for, with what goes with it") {
  const TrainedModels folder;
  const auto [divergence, magnitude, mask] =
      GENERATE(Catch::Generators::table<std::string, double, double>(
          {{"kl", 1, 1.5}, {"is", 2, 1}, {"euclidean", 2, 1}, {"beta=0.5", 1, 1.5}}));
  CAPTURE(divergence);
  const std::vector<std::string> models = train_by(folder, divergence);
  const auto model = load_models(models[1])[0];
  CHECK(to_string(model->objective.divergence) == divergence);
  CHECK(model->objective.magnitude_exponent == magnitude);
  CHECK(model->objective.mask_exponent == mask);
  CHECK_THAT(must_run({"info", models[1]}).out, contains("divergence " + divergence + " = "));
  separated(folder, models, "out");
  CHECK(test::error_db(test::swelling_tone(220, 1.1, 1.5), read_audio(folder / "out/mix/low.wav")) <
        -10);
}

TEST_CASE("models of different divergences are not used together") {
  const TrainedModels folder;
  std::vector<std::string> words{"separate", folder.at("mix.wav"), "-o", folder.at("out")};
  const std::vector<std::string> half = train_by(folder, "beta=0.5");
  words.insert(words.end(), {half[0], half[1], "-m", folder.at("high.safetensors")});
  const auto refused = run_program(words);
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains("'low' minimises beta=0.5, but 'high' minimises kl") &&
                              contains("--divergence"));
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
}

TEST_CASE("a mixture without models is split by the divergence that was asked for") {
  const TrainedModels folder;
  const json plain = separated(folder, {"-c", "2"}, "plain");
  const json powers = separated(folder, {"-c", "2", "--divergence", "is"}, "powers");
  CHECK(plain.at("tracks")[0].at("analysis").at("magnitude_exponent") == 1);
  CHECK(powers.at("tracks")[0].at("analysis").at("magnitude_exponent") == 2);
  CHECK(powers.at("settings").at("mask_exponent") == 1);
  const json told =
      separated(folder, {"-c", "2", "--divergence", "is", "--magnitude-exponent", "1"}, "told");
  CHECK(told.at("tracks")[0].at("analysis").at("magnitude_exponent") == 1);
}

TEST_CASE("a sparse prior is part of the cost that is reported, and of the command that is kept") {
  const TrainedModels folder;
  double before = 0;
  for (const char* strength : {"", "sparsity=0.5", "sparsity=5"}) {
    std::vector<std::string> words{
        "train", folder.at("low.wav"),      "-c",         "8", "--json", "-",
        "-o",    folder.at("sparse.model"), "--overwrite"};
    if (*strength != 0) words.insert(words.end(), {"--prior", strength});
    const double cost =
        json::parse(must_run(words).out).at("sources")[0].at("factorisation").at("divergence");
    CHECK(cost > 1.05 * before);
    before = cost;
  }
  CHECK_THAT(must_run({"info", "--command", folder.at("sparse.model")}).out,
             contains("--prior sparsity=5"));
  const json plain = separated(folder, {"-c", "4"}, "plain");
  const json sparse = separated(folder, {"-c", "4", "--prior", "sparsity=5"}, "sparse");
  const auto cost_of = [](const json& document) {
    return document.at("tracks")[0].at("factorisation").at("divergence").get<double>();
  };
  CHECK(cost_of(sparse) > 1.05 * cost_of(plain));
}

TEST_CASE("divergences and priors that there are not, or that mean nothing, are refused by name") {
  const TrainedModels folder;
  const auto refusal = [&](std::vector<std::string> words) {
    words.insert(words.begin() + 1, folder.at("mix.wav"));
    words.insert(words.end(), {"-o", folder.at("out.model")});
    const auto result = run_program(words);
    CHECK(result.status == 2);
    CHECK_FALSE(std::filesystem::exists(folder / "out.model"));
    return result.err;
  };
  CHECK_THAT(refusal({"train", "--divergence", "cosine"}),
             contains("--divergence") && contains("'cosine', must be kl, is, euclidean"));
  CHECK_THAT(refusal({"train", "--divergence", "beta=4"}), contains("X from 0 to 3"));
  for (const char* prior : {"sparsity=0", "sparsity=-1", "sparsity=nan", "sparsity=1x", "sparsity",
                            "sparsity=1,2", "sparsity=inf"})
    CHECK_THAT(refusal({"train", "--prior", prior}),
               contains(std::string("--prior ") + prior + ": must be sparsity=X with X above 0"));
  CHECK_THAT(refusal({"train", "--prior", "order=1"}),
             contains("--prior order=1: must be one of sparsity=X, gamma=A,B, dirichlet=X"));
  CHECK_THAT(refusal({"train", "--prior", "gamma=1"}),
             contains("must be gamma=A,B with A above 0"));
  CHECK_THAT(refusal({"train", "--prior", "sparsity=1", "--prior", "sparsity=2"}),
             contains("--prior sparsity=2: sparsity is given twice"));
  CHECK_THAT(refusal({"train", "--prior", "low:sparsity=1"}),
             contains("--prior low:sparsity: here is one source; leave out its name"));
  CHECK_THAT(refusal({"train", "--prior", "orthogonality=1"}),
             contains("orthogonality=1: is between sources, and each is learnt by itself"));
  CHECK_THAT(refusal({"separate", "-c", "2", "--prior", "component-01:orthogonality=1"}),
             contains("orthogonality=1: is between sources, not of one"));
  CHECK_THAT(refusal({"separate", "-c", "2", "--prior", "drum:group=1"}),
             contains("--prior drum:group: there is no source 'drum', only component-01"));
  CHECK_THAT(refusal({"train", "--method", "pca", "--divergence", "is"}),
             contains("--divergence has no effect with --method pca"));
  CHECK_THAT(refusal({"train", "--method", "exemplars", "--prior", "sparsity=1"}),
             contains("--prior has no effect with --method exemplars"));
  CHECK_THAT(refusal({"separate", "-m", folder.at("low.safetensors"), "--learn", "rest=2",
                      "--divergence", "is"}),
             contains("--divergence comes from the models"));
  CHECK_THAT(refusal({"separate", "--hpss", "--prior", "sparsity=1"}),
             contains("--hpss minimises nothing"));
}

TEST_CASE("priors add up, are of one source where it is named, and a model keeps its own") {
  const TrainedModels folder;
  const std::string kept = folder.at("kept.model");
  must_run({"train", folder.at("low.wav"), "-c", "8", "--name", "low", "-o", kept, "--prior",
            "sparsity=2", "--prior", "dirichlet=0.95"});
  CHECK(load_models(kept)[0]->prior == "sparsity=2 dirichlet=0.95");
  CHECK_THAT(must_run({"info", kept}).out, contains("prior sparsity=2 dirichlet=0.95"));

  const auto cost_of = [&](const std::string& name, std::vector<std::string> priors) {
    std::vector<std::string> options{"-m", kept, "-m", folder.at("high.safetensors")};
    for (const std::string& prior : priors) options.insert(options.end(), {"--prior", prior});
    const json document = separated(folder, options, name);
    return document.at("tracks")[0].at("factorisation").at("divergence").get<double>();
  };
  const double own = cost_of("own", {});
  const double none = cost_of("none", {"none"});
  CHECK(own != none);
  CHECK(cost_of("same", {"low:sparsity=2", "low:dirichlet=0.95"}) == own);
  CHECK(cost_of("other", {"high:sparsity=1"}) != own);
  CHECK(cost_of("low-none", {"low:none"}) == none);
  const double one = cost_of("one", {"low:sparsity=2"});
  const double both = cost_of("both", {"sparsity=2"});
  CHECK(one > none);
  CHECK(both > one);
}

TEST_CASE("a prior of atoms that are learnt is told of where all are known, and none elsewhere") {
  const TrainedModels folder;
  const auto separate = [&](const std::string& prior, std::vector<std::string> sources) {
    std::vector<std::string> words{"separate", folder.at("mix.wav"), "--prior",    prior,
                                   "-o",       folder.at("stems"),   "--overwrite"};
    words.insert(words.end(), sources.begin(), sources.end());
    return must_run(words).err;
  };
  const std::vector<std::string> known{"-m", folder.at("low.safetensors"), "-m",
                                       folder.at("high.safetensors")};
  CHECK_THAT(
      separate("atom-dirichlet=1.1", known),
      contains("warning: prior atom-dirichlet=1.1: all atoms are known here, so that it does "
               "nothing; learn some with --learn"));
  CHECK_THAT(separate("low:atom-dirichlet=1.1", known), contains("does nothing"));
  const auto all_known = contains("all atoms are known");
  CHECK_FALSE(all_known.match(separate("sparsity=0.1", known)));
  CHECK_FALSE(all_known.match(
      separate("atom-dirichlet=1.1", {"-m", folder.at("low.safetensors"), "--learn", "rest=2"})));
  CHECK_FALSE(all_known.match(separate("atom-dirichlet=1.1", {"-c", "3"})));
}

TEST_CASE(
    "any block size gives the same stems under a prior, and where frames depend on each "
    "other it is said that the whole is taken") {
  const TrainedModels folder;
  for (const std::string prior : {"sparsity=1", "low:sparsity=1", "gamma=0.9,0.5", "dirichlet=0.95",
                                  "smoothness=1", "group=0.1"}) {
    CAPTURE(prior);
    const auto separate = [&](const std::string& output, const std::string& frames) {
      return must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low.safetensors"), "-m",
                       folder.at("high.safetensors"), "--prior", prior, "--block-frames", frames,
                       "-o", folder.at(output), "--overwrite"});
    };
    const bool is_whole = prior == "smoothness=1" || prior == "group=0.1";
    const auto note = contains("frames depend on each other, so each mixture is taken as a whole");
    CHECK(note.match(separate("few", "7").err) == is_whole);
    separate("many", "1000");
    CHECK(test::read_bytes(folder / "few/mix/low.wav") ==
          test::read_bytes(folder / "many/mix/low.wav"));
  }
}
