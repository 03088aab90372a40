#include <nlohmann/json.hpp>

#include <filesystem>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;
using test::TrainedModels;

TEST_CASE("train writes a model named after its file, and says what it learnt") {
  TrainedModels folder;
  const auto result = must_run({"train", folder.at("low.wav"), folder.at("high.wav"), "-o",
                                folder.at("tones.safetensors"), "-c", "4", "--seed", "7"});
  CHECK_THAT(result.out, contains("tones.safetensors: source 'tones', 4 atoms from 3.0 s in 2"));
  CHECK(result.err.empty());
  const auto models = load_models(folder / "tones.safetensors");
  REQUIRE(models.size() == 1);
  CHECK(models[0]->name == "tones");
  CHECK(models[0]->components() == 4);
  CHECK(models[0]->training.seed == 7);
}

TEST_CASE("the same training gives the same file on any number of threads") {
  TrainedModels folder;
  std::string first;
  for (const char* threads : {"1", "2", "7"}) {
    must_run({"train", folder.at("low.wav"), "-o", folder.at("again.safetensors"), "--name", "low",
              "-c", "6", "--threads", threads, "--overwrite"});
    const std::string bytes = test::read_bytes(folder / "again.safetensors");
    if (first.empty()) first = bytes;
    CHECK((bytes == first));
  }
}

TEST_CASE("train --json reports the model, its analysis and how the factorisation went") {
  TrainedModels folder;
  const auto result = must_run({"train", folder.at("low.wav"), "-o", folder.at("x.safetensors"),
                                "--iterations", "30", "--tolerance", "0", "--json", "-"});
  const auto json = nlohmann::json::parse(result.out);
  CHECK(json["format"] == "nmfsep-training");
  CHECK(json["version"] == 2);
  CHECK(json["method"] == "nmf");
  CHECK(json["sources"][0]["source"] == "x");
  CHECK(json["analysis"]["sample_rate"] == 8000);
  CHECK(json["sources"][0]["factorisation"]["iterations"] == 30);
  CHECK(json["sources"][0]["factorisation"]["stopped_by"] == "iterations");
  CHECK(json["sources"][0]["factorisation"]["divergence"] > 0);
}

TEST_CASE("train learns by over-relaxed steps, which get further than multiplicative ones") {
  TrainedModels folder;
  const auto divergence = [&](const std::vector<std::string>& solver) {
    std::vector<std::string> command{"train",
                                     folder.at("low.wav"),
                                     "-o",
                                     folder.at("x.safetensors"),
                                     "-c",
                                     "3",
                                     "--iterations",
                                     "10",
                                     "--overwrite",
                                     "--json",
                                     "-"};
    command.insert(command.end(), solver.begin(), solver.end());
    const auto report = nlohmann::json::parse(must_run(command).out);
    return report["sources"][0]["factorisation"]["divergence"].get<double>();
  };
  CHECK(divergence({}) == divergence({"--solver", "over-relaxed"}));
  CHECK(divergence({}) < divergence({"--solver", "multiplicative"}));
  const auto refused = run_program(
      {"train", folder.at("low.wav"), "-o", folder.at("y.safetensors"), "--solver", "squarem"});
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains("squarem"));
}

TEST_CASE(
    "exemplars are trained at once, 400 unless there are fewer frames, and separate like any "
    "dictionary") {
  TrainedModels folder;
  for (const std::string& name : {std::string("low"), std::string("high")}) {
    const auto result = must_run({"train", folder.at(name + ".wav"), "--method", "exemplars", "-c",
                                  "20", "-o", folder.at(name + "2.model"), "--name", name});
    CHECK_THAT(result.out, contains("20 exemplars from 1.5 s in 1 file; seed 0"));
  }
  must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low2.model"), "-m",
            folder.at("high2.model"), "-o", folder.at("out")});
  CHECK(test::error_db(test::swelling_tone(220, 1.1, 1.5), read_audio(folder / "out/mix/low.wav")) <
        -12);
  CHECK_THAT(must_run({"info", folder.at("low2.model")}).out, contains("exemplars"));
  const auto few = must_run(
      {"train", folder.at("low.wav"), "--method", "exemplars", "-o", folder.at("few.model")});
  CHECK_THAT(few.out, contains("96 exemplars"));
  const auto bad = run_program(
      {"train", folder.at("low.wav"), "--method", "magic", "-o", folder.at("bad.model")});
  CHECK(bad.status == 2);
  CHECK_THAT(bad.err,
             contains("training method 'magic', must be one of nmf, exemplars, convolutive"));
}

TEST_CASE("networks train, tell of themselves, and separate beside each other and a dictionary") {
  TrainedModels folder;
  for (const std::string name : {"low", "high"}) {
    const auto trained = must_run({"train", folder.at(name + ".wav"), "--method", "autoencoder",
                                   "--layers", "2", "-c", "8", "--epochs", "200", "-o",
                                   folder.at(name + "-net.model"), "--name", name});
    CHECK_THAT(trained.out, contains("8 units from 1.5 s in 1 file") && contains("held out"));
    CHECK(trained.err.empty());
  }
  const std::string info = must_run({"info", folder.at("low-net.model")}).out;
  CHECK_THAT(info, contains("autoencoder of 2 layers: 8 units × 257 bins") &&
                       contains("dense 8 257 | relu-output") && contains("parameters   4112") &&
                       contains("loss (held out)") && contains(" steps, loss ") &&
                       !contains("divergence kl"));
  const auto error_of_low = [&](const std::string& other, const std::string& output) {
    must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low-net.model"), "-m",
              folder.at(other), "-o", folder.at(output)});
    return test::error_db(test::swelling_tone(220, 1.1, 1.5),
                          read_audio(folder / output / "mix/low.wav"));
  };
  CHECK(error_of_low("high-net.model", "out") < -10);
  CHECK(error_of_low("high.safetensors", "both") < -10);
  must_run({"train", folder.at("high.wav"), "--method", "conv-autoencoder", "-c", "8", "--stride",
            "2", "--epochs", "30", "-o", folder.at("high-conv.model"), "--name", "high"});
  CHECK_THAT(must_run({"info", folder.at("high-conv.model")}).out,
             contains("convolutional autoencoder of 2 layers: 8 units"));
  CHECK(error_of_low("high-conv.model", "conv") < -10);
  for (const std::string other : {"high-net.model", "high-conv.model"})
    for (const std::string threads : {"1", "7"})
      must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low-net.model"), "-m",
                folder.at(other), "-o", folder.at(other + threads), "--threads", threads});
  for (const std::string other : {"high-net.model", "high-conv.model"})
    CHECK((test::read_bytes(folder / (other + "1") / "mix/low.wav") ==
           test::read_bytes(folder / (other + "7") / "mix/low.wav")));
}

TEST_CASE("pca trains in closed form, and a network larger than its audio is warned of") {
  TrainedModels folder;
  const auto pca = must_run(
      {"train", folder.at("low.wav"), "--method", "pca", "-c", "4", "-o", folder.at("pca.model")});
  CHECK_THAT(pca.out, contains("4 units from 1.5 s") && contains("in closed form"));
  CHECK(load_models(folder / "pca.model")[0]->training.method == "pca");
  CHECK_THAT(must_run({"info", folder.at("pca.model")}).out,
             contains("4 units ×") && contains("pca, in closed form, loss "));
  const auto little =
      run_program({"train", folder.at("low.wav"), "--method", "autoencoder", "--layers", "4",
                   "--width", "500", "--epochs", "1", "-o", folder.at("x.model")});
  CHECK(little.status == 0);
  CHECK_THAT(little.err, contains("1.5 s of sound are few for the") && contains("are enough"));
}

TEST_CASE("flags of networks that cannot be are refused before any work") {
  TrainedModels folder;
  const auto [fault, flags] = GENERATE(table<std::string, std::vector<std::string>>({
      {"layers = 3, must be even", {"--layers", "3"}},
      {"width = 0", {"--width", "0"}},
      {"activation 'sine', must be one of", {"--activation", "sine"}},
      {"hinge", {"--loss", "hinge"}},
      {"sparsity = -1", {"--lambda", "-1"}},
      {"learning-rate = -1", {"--learning-rate", "-1"}},
      {"epochs = -2", {"--epochs", "-2"}},
      {"stride = 2, must be 1 to context", {"--stride", "2"}},
      {"dropout = 1", {"--dropout", "1"}},
      {"weight-decay = -1", {"--weight-decay", "-1"}},
  }));
  std::vector<std::string> command{"train", folder.at("low.wav"),  "--method", "autoencoder",
                                   "-o",    folder.at("bad.model")};
  command.insert(command.end(), flags.begin(), flags.end());
  const auto refused = run_program(command);
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains(fault));
  CHECK_FALSE(std::filesystem::exists(folder / "bad.model"));
}

TEST_CASE("analysis flags reach the model") {
  TrainedModels folder;
  must_run({"train", folder.at("low.wav"), "-o", folder.at("x.safetensors"), "--fft-size", "512",
            "--window", "sine", "--magnitude-exponent", "0.5"});
  const SourceModel model = load_models(folder / "x.safetensors")[0];
  CHECK(model->analysis == Analysis{8000, {512, 128, Window::sine}});
  CHECK(model->objective.magnitude_exponent == 0.5);
}

TEST_CASE("the tutorial's analysis, a window of 512 in frames of 1024, trains and separates") {
  TrainedModels folder;
  for (const std::string name : {"low", "high"})
    must_run({"train", folder.at(name + ".wav"), "-o", folder.at(name + ".model"), "-c", "5",
              "--name", name, "--fft-size", "1024", "--window-size", "512", "--hop", "256"});
  const Analysis analysis = load_models(folder / "low.model")[0]->analysis;
  CHECK(analysis.stft == StftOptions{1024, 256, Window::hann, 512});
  CHECK_THAT(must_run({"info", folder.at("low.model")}).out,
             contains("FFT 1024, hop 256, hann window of 512"));
  must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low.model"), "-m",
            folder.at("high.model"), "-o", folder.at("out")});
  const Matrix sum = read_audio(folder / "out/mix/low.wav").samples +
                     read_audio(folder / "out/mix/high.wav").samples;
  CHECK(sum.isApprox(read_audio(folder / "mix.wav").samples, 1e-5F));

  must_run({"train", folder.at("low.wav"), "-o", folder.at("x.model"), "--window-size", "200"});
  CHECK(load_models(folder / "x.model")[0]->analysis.stft ==
        StftOptions{512, 50, Window::hann, 200});
  const auto odd = run_program(
      {"train", folder.at("low.wav"), "-o", folder.at("odd.model"), "--window-size", "511"});
  CHECK(odd.status == 2);
  CHECK_THAT(odd.err, contains("--window-size = 511, must be even and 16 to --fft-size = 512"));
  CHECK_FALSE(std::filesystem::exists(folder / "odd.model"));
}

TEST_CASE("a single hit makes as many atoms as it has frames, unless a number was asked for") {
  TrainedModels folder;
  test::write_audio(folder / "hit.wav", test::swelling_tone(300, 5, 0.1, 8000));
  for (const std::string method : {"nmf", "convolutive"}) {
    const auto result = run_program({"train", folder.at("hit.wav"), "-o", folder.at("hit.model"),
                                     "--method", method, "--overwrite"});
    CHECK(result.status == 0);
    const Index atoms = load_models(folder / "hit.model")[0]->components();
    CHECK(atoms < 25);
    CHECK_THAT(result.err, contains(std::to_string(atoms) + ": so many frames are not silent"));
  }
  const auto asked =
      run_program({"train", folder.at("hit.wav"), "-o", folder.at("x.model"), "-c", "25"});
  CHECK(asked.status == 1);
  CHECK_THAT(asked.err, contains("fewer than the 25 components asked for"));
}

TEST_CASE("an existing model is refused before any work, and replaced on request") {
  TrainedModels folder;
  const std::string before = test::read_bytes(folder / "low.safetensors");
  const std::vector<std::string> command{"train", folder.at("high.wav"), "-o",
                                         folder.at("low.safetensors")};
  const auto refused = run_program(command);
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("low.safetensors") && contains("--overwrite"));
  CHECK((test::read_bytes(folder / "low.safetensors") == before));
  auto replace = command;
  replace.push_back("--overwrite");
  CHECK(run_program(replace).status == 0);
  CHECK((test::read_bytes(folder / "low.safetensors") != before));
}

TEST_CASE("bundle puts models into one file, which info describes and separate takes") {
  TrainedModels folder;
  must_run({"bundle", folder.at("low.safetensors"), folder.at("high.safetensors"), "-o",
            folder.at("both.safetensors")});
  const auto info = must_run({"info", folder.at("both.safetensors")});
  CHECK_THAT(info.out, contains("source 'low'") && contains("source 'high'") &&
                           contains("5 atoms × 257 bins") && contains("8000 Hz"));
  const auto json =
      nlohmann::json::parse(must_run({"info", folder.at("both.safetensors"), "--json", "-"}).out);
  CHECK(json["sources"].size() == 2);
  CHECK(json["sources"][1]["training"]["files"] == 1);
  must_run({"separate", folder.at("mix.wav"), "-m", folder.at("both.safetensors"), "-o",
            folder.at("out")});
  CHECK(std::filesystem::exists(folder / "out/mix/high.wav"));
}
