#include "nmfsep/sources/mask_network/mask_network.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "cli/same_on_threads.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/sanitizers.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;
using test::TrainedModels;

namespace {

/// A tone of five harmonics that glides up and down: more spectra than an exemplar has.
AudioBuffer glide(double hertz, double times, double seconds) {
  AudioBuffer audio{Matrix(static_cast<Index>(seconds * 8000), 1), 8000};
  double phase = 0;
  for (Index n = 0; n < audio.length(); ++n) {
    const double t = static_cast<double>(n) / 8000;
    phase += 2 * std::numbers::pi * hertz * (1 + 0.5 * std::sin(6 * times * t)) / 8000;
    double sample = 0;
    for (int harmonic = 1; harmonic <= 5; ++harmonic) sample += std::sin(harmonic * phase) / 10;
    audio.samples(n, 0) = static_cast<float>(sample);
  }
  return audio;
}

/// `nmfsep train-set low=… high=… --method network -o set.model`, small and quick; too short for a
/// stretch to be held out.
std::vector<std::string> command(const TrainedModels& folder) {
  test::write_audio(folder / "low4.wav", glide(90, 0.9, 4));
  test::write_audio(folder / "high4.wav", glide(500, 0.7, 4));
  return {"train-set",
          "low=" + folder.at("low4.wav"),
          "high=" + folder.at("high4.wav"),
          "--method",
          "network",
          "--steps",
          "60",
          "-c",
          "1",
          "--mixture-seconds",
          "3",
          "--fft-size",
          "256",
          "-o",
          folder.at("set.model")};
}

}  // namespace

TEST_CASE("train-set --method network makes one file that separate and info take") {
  TrainedModels folder;
  auto arguments = command(folder);
  const bool hears_estimates = GENERATE(false, true);
  arguments.insert(arguments.end(), {"--form", "dense", "--json", folder.at("set.json")});
  if (hears_estimates) arguments.push_back("--estimates");
  const auto trained = must_run(arguments);
  CHECK_THAT(trained.out, contains("source 'low', 1 exemplars from 4.0 s in 1 file"));
  CHECK_THAT(trained.out, contains("network of 60 steps; exemplars' share in the masks 0."));
  const auto document = nlohmann::json::parse(test::read_bytes(folder / "set.json"));
  CHECK(document["method"] == "network");
  CHECK(document["sources"][0]["kind"] == "mask-network");

  const auto models = load_models(folder / "set.model");
  REQUIRE(models.size() == 2);
  REQUIRE(models[0].as<MaskNetwork>() != nullptr);
  CHECK(models[0].as<MaskNetwork>()->net->share < 1);
  CHECK(models[0].as<MaskNetwork>()->net->estimates == hears_estimates);
  CHECK(models[1].as<MaskNetwork>()->net == nullptr);

  const auto info = must_run({"info", folder.at("set.model")});
  CHECK_THAT(info.out, contains("mask network and ") && contains("dense ") &&
                           contains("parameters") && contains("training     network"));
  const AudioBuffer low = glide(90, 1.1, 1.5);
  const AudioBuffer high = glide(500, 0.8, 1.5);
  test::write_audio(folder / "both.wav", {low.samples + high.samples, 8000});
  must_run(
      {"separate", folder.at("both.wav"), "-m", folder.at("set.model"), "-o", folder.at("out")});
  CHECK(test::error_db(low, read_audio(folder / "out/both/low.wav")) < -8);
  CHECK(test::error_db(high, read_audio(folder / "out/both/high.wav")) < -8);

  // In blocks of any size the bits are the same.
  const std::string whole = test::read_bytes(folder / "out/both/low.wav");
  must_run({"separate", folder.at("both.wav"), "-m", folder.at("set.model"), "-o", folder.at("out"),
            "--overwrite", "--block-frames", "7"});
  CHECK((test::read_bytes(folder / "out/both/low.wav") == whole));
}

TEST_CASE("a set with a network is the same file on any number of threads") {
  const TrainedModels folder;
  auto arguments = command(folder);
  *std::find(arguments.begin(), arguments.end(), "60") = test::is_sanitized ? "2" : "8";
  test::check_same_on_threads(folder, arguments, {"1", "2"});
}

TEST_CASE("train-set --method drnn learns a recurrent network that streams") {
  TrainedModels folder;
  auto arguments = command(folder);
  *std::find(arguments.begin(), arguments.end(), "network") = "drnn";
  *std::find(arguments.begin(), arguments.end(), "60") = "40";
  arguments.insert(arguments.end(), {"--cell", "lstm", "--gamma", "0.05"});
  CHECK_THAT(must_run(arguments).out, contains("recurrent network of 40 steps"));
  const auto info = must_run({"info", folder.at("set.model")});
  CHECK_THAT(info.out, contains("| lstm 512 256 2 |") && contains("training     drnn"));
  const AudioBuffer low = glide(90, 1.1, 7);
  const AudioBuffer high = glide(500, 0.8, 7);
  test::write_audio(folder / "both.wav", {low.samples + high.samples, 8000});
  const auto separate = [&](const std::string& block) {
    must_run({"separate", folder.at("both.wav"), "-m", folder.at("set.model"), "-o",
              folder.at("out"), "--overwrite", "--block-frames", block});
    return test::read_bytes(folder / "out/both/low.wav");
  };
  const std::string whole = separate("100000");
  CHECK(test::error_db(low, read_audio(folder / "out/both/low.wav")) < -6);
  CHECK(test::error_db(high, read_audio(folder / "out/both/high.wav")) < -6);
  CHECK((separate("200") == whole));
  CHECK((separate("61") == whole));
  const auto refused = [&](const std::vector<std::string>& more, const char* words) {
    auto wrong = arguments;
    wrong.insert(wrong.end(), more.begin(), more.end());
    const auto result = run_program(wrong);
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains(words));
  };
  refused({"--overwrite", "--hidden-layers", "0"}, "--hidden-layers = 0, must be 1 to 3");
  refused({"--overwrite", "--cell", "relu"}, "relu");
  *std::find(arguments.begin(), arguments.end(), "drnn") = "exemplars";
  refused({"--overwrite"}, "has no effect with --method exemplars");
}

TEST_CASE("a model keeps how well its network separated what was held out, and info shows it") {
  TrainedModels folder;
  auto arguments = command(folder);
  test::write_audio(folder / "low4.wav", glide(90, 0.9, 5));
  test::write_audio(folder / "high4.wav", glide(500, 0.7, 5));
  *std::find(arguments.begin(), arguments.end(), "network") = "drnn";
  *std::find(arguments.begin(), arguments.end(), "60") = "8";
  arguments.insert(arguments.end(), {"--networks", "2"});
  CHECK_THAT(must_run(arguments).out, contains("recurrent 2 networks of 8 steps"));
  const auto info = must_run({"info", folder.at("set.model")});
  CHECK_THAT(info.out, contains("held out     step: SDR in dB 1: ") && contains(", 8: ") &&
                           contains(" (kept)") && contains(" | 1: ") && contains("2 of "));
  CHECK(load_models(folder / "set.model")[0].as<MaskNetwork>()->net->looks.size() == 16);
}

TEST_CASE("train-set takes a network's form and loss, and refuses what these do not know") {
  TrainedModels folder;
  auto arguments = command(folder);
  *std::find(arguments.begin(), arguments.end(), "60") = "4";
  arguments.insert(arguments.end(), {"--form", "convolutional", "--hidden-layers", "2", "--loss",
                                     "kl", "--overwrite"});
  const auto trained = must_run(arguments);
  CHECK_THAT(trained.err, contains("training takes about 0:0"));
  CHECK_THAT(trained.out, contains("network of 4 steps") || contains("exemplars alone"));
  const auto refused = [&](const std::string& flag, const std::string& value, const char* words) {
    auto wrong = arguments;
    wrong.push_back(flag);
    if (!value.empty()) wrong.push_back(value);
    const auto result = run_program(wrong);
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains(words));
  };
  const char* in_vain = "has no effect with --method network and --form convolutional";
  refused("--cell", "lstm", in_vain);
  refused("--one-way", "", in_vain);
  *std::find(arguments.begin(), arguments.end(), "network") = "drnn";
  refused("--seed", "1", "--form has no effect with --method drnn");
  *std::find(arguments.begin(), arguments.end(), "convolutional") = "deep";
  refused("--seed", "1", "deep");
}

TEST_CASE("Ctrl-C in the training of a network keeps what it has learnt, and says so") {
  if (test::is_sanitized) NMFSEP_SKIP("a hundred steps take minutes under sanitizers");
  TrainedModels folder;
  auto arguments = command(folder);
  *std::find(arguments.begin(), arguments.end(), "network") = "drnn";
  *std::find(arguments.begin(), arguments.end(), "60") = "1000000";
  *std::find(arguments.begin(), arguments.end(), "256") = "64";
  test::ProgramOptions options;
  options.interrupt_after_ms = 5000;  // more where the machine has so much else to do
  auto result = run_program(arguments, options);
  for (; result.out.empty() && options.interrupt_after_ms < 100000; options.interrupt_after_ms *= 2)
    result = run_program(arguments, options);
  CHECK(result.status == 130);
  CHECK_THAT(result.out, contains(" of 1000000 steps, since it was interrupted"));
  const auto models = load_models(folder / "set.model");
  REQUIRE(models[0].as<MaskNetwork>() != nullptr);
  CHECK(models[0].as<MaskNetwork>()->net->steps >= 100);
}

TEST_CASE("too little to hold out leaves a set its exemplars, and the program says so") {
  TrainedModels folder;
  const auto trained =
      must_run({"train-set", "low=" + folder.at("low.wav"), "high=" + folder.at("high.wav"),
                "--method", "network", "--steps", "1", "-c", "5", "--fft-size", "256",
                "--mixture-seconds", "3", "-o", folder.at("set.model")});
  CHECK_THAT(trained.out, contains("exemplars alone"));
  CHECK(load_models(folder / "set.model")[0]->kind() == "paired-dictionary");
}

TEST_CASE("a budget of time becomes steps, which the model states") {
  TrainedModels folder;
  auto arguments = command(folder);
  std::replace(arguments.begin(), arguments.end(), std::string("--steps"), std::string("--budget"));
  std::replace(arguments.begin(), arguments.end(), std::string("60"), std::string("8s"));
  arguments.insert(arguments.end(), {"--form", "dense"});
  CHECK_THAT(must_run(arguments).out, contains("network of ") || contains("exemplars alone"));
  const auto models = load_models(folder / "set.model");
  const int least = test::is_sanitized ? 1 : 2;  // where steps take so much longer
  if (const auto* set = models[0].as<MaskNetwork>()) CHECK(set->net->steps >= least);
  arguments.insert(arguments.end(), {"--steps", "5", "--overwrite"});
  const auto refused = run_program(arguments);
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains("--steps and --budget"));
}

TEST_CASE("steps that make no sense are refused, and train has none") {
  TrainedModels folder;
  auto arguments = command(folder);
  arguments.insert(arguments.end(), {"--steps", "0"});
  const auto refused = run_program(arguments);
  CHECK(refused.status == 2);
  CHECK(run_program(
            {"train", folder.at("low.wav"), "--method", "network", "-o", folder.at("low.model")})
            .status == 2);
}
