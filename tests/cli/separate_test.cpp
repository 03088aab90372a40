#include <nlohmann/json.hpp>

#include "nmfsep/sources/dictionary/dictionary.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::error_db;
using test::must_run;
using test::run_program;
using test::TrainedModels;

namespace {

AudioBuffer stem(const TrainedModels& folder, const std::string& name) {
  return read_audio(folder / ("out/mix/" + name));
}

}  // namespace

TEST_CASE("supervised separation writes a stem a model, and they sum to the mixture") {
  TrainedModels folder;
  const auto result =
      must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low.safetensors"), "-m",
                folder.at("high.safetensors"), "-o", folder.at("out")});
  CHECK(result.out == folder.at("out/mix/low.wav") + "\n" + folder.at("out/mix/high.wav") + "\n");
  CHECK_THAT(result.err, contains("2 stems") && contains("to the mixture (residual"));
  const AudioBuffer mixture = read_audio(folder / "mix.wav");
  const AudioBuffer low = stem(folder, "low.wav");
  const AudioBuffer high = stem(folder, "high.wav");
  CHECK((low.samples + high.samples - mixture.samples).cwiseAbs().maxCoeff() < 1e-6F);
  CHECK(error_db(test::swelling_tone(220, 1.1, 1.5), low) < -12);
}

TEST_CASE("semi-supervised separation learns the source that has no model") {
  TrainedModels folder;
  must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low.safetensors"), "--learn",
            "rest=5", "-o", folder.at("out")});
  CHECK(error_db(test::swelling_tone(523, 0.7, 1.5), stem(folder, "rest.wav")) < -6);
}

TEST_CASE("unsupervised separation writes a stem a component") {
  TrainedModels folder;
  must_run({"separate", folder.at("mix.wav"), "-c", "3", "-o", folder.at("out"), "--seed", "1"});
  Matrix sum = stem(folder, "component-01.wav").samples;
  sum += stem(folder, "component-02.wav").samples + stem(folder, "component-03.wav").samples;
  CHECK((sum - read_audio(folder / "mix.wav").samples).cwiseAbs().maxCoeff() < 1e-6F);
}

TEST_CASE("stems are the same bytes on any number of threads and in a second run") {
  TrainedModels folder;
  std::string first;
  for (const char* threads : {"1", "2", "7", "7"}) {
    must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low.safetensors"), "--learn",
              "rest=4", "-o", folder.at("out"), "--overwrite", "--threads", threads});
    const std::string bytes = test::read_bytes(folder / "out/mix/rest.wav");
    if (first.empty()) first = bytes;
    CHECK((bytes == first));
  }
}

TEST_CASE("stems come in the format and bit depth asked for") {
  TrainedModels folder;
  must_run({"separate", folder.at("mix.wav"), "-m", folder.at("low.safetensors"), "-m",
            folder.at("high.safetensors"), "-o", folder.at("out"), "--format", "flac",
            "--bit-depth", "16"});
  CHECK(test::read_bytes(folder / "out/mix/low.flac").substr(0, 4) == "fLaC");
}

TEST_CASE("one bad file of several is named, the others are done, and the status is 1") {
  TrainedModels folder;
  test::write_audio(folder / "mix2.wav", read_audio(folder / "mix.wav"));
  const auto result =
      run_program({"separate", folder.at("mix.wav"), folder.at("absent.wav"), folder.at("mix2.wav"),
                   "-m", folder.at("low.safetensors"), "-m", folder.at("high.safetensors"), "-o",
                   folder.at("out"), "--json", folder.at("report.json")});
  CHECK(result.status == 1);
  CHECK_THAT(result.err, contains("absent.wav") && contains("1 of 3 files failed"));
  CHECK(std::filesystem::exists(folder / "out/mix2/low.wav"));
  CHECK_FALSE(std::filesystem::exists(folder / "out/absent"));
  const auto json = nlohmann::json::parse(test::read_bytes(folder / "report.json"));
  REQUIRE(json["tracks"].size() == 3);
  CHECK(json["tracks"][0]["residual_dbfs"] < -100);
  CHECK_THAT(json["tracks"][1]["error"].get<std::string>(), contains("absent.wav"));
}

TEST_CASE("stems that exist are refused before any work, and replaced on request") {
  TrainedModels folder;
  const std::vector<std::string> command{"separate", folder.at("mix.wav"), "-c", "2",
                                         "-o",       folder.at("out")};
  must_run(command);
  const auto refused = run_program(command);
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("component-01.wav") && contains("--overwrite"));
  auto replace = command;
  replace.push_back("--overwrite");
  must_run(replace);
}

TEST_CASE("two inputs that would write to one folder are refused") {
  TrainedModels folder;
  std::filesystem::create_directory(folder / "other");
  test::write_audio(folder / "other/mix.wav", read_audio(folder / "mix.wav"));
  const auto result = run_program({"separate", folder.at("mix.wav"), folder.at("other/mix.wav"),
                                   "-c", "2", "-o", folder.at("out")});
  CHECK(result.status == 2);
  CHECK_THAT(result.err, contains("would both write to"));
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
}

TEST_CASE("samples that a PCM format limits are counted in a warning") {
  TrainedModels folder;
  AudioBuffer loud = read_audio(folder / "mix.wav");
  loud.samples *= 10;
  test::write_audio(folder / "loud.wav", loud);
  const auto result =
      must_run({"separate", folder.at("loud.wav"), "-m", folder.at("low.safetensors"), "-m",
                folder.at("high.safetensors"), "-o", folder.at("out"), "--bit-depth", "16"});
  CHECK_THAT(result.err, contains("warning") && contains("limited") && contains("32f"));
}

TEST_CASE("the flag --quiet silences warnings and notes, not outputs and errors") {
  TrainedModels folder;
  AudioBuffer fast = read_audio(folder / "mix.wav");
  fast.sample_rate = 16000;
  test::write_audio(folder / "fast.wav", fast);
  const std::vector<std::string> command{
      "separate", folder.at("fast.wav"), "-m", folder.at("low.safetensors"), "--learn", "rest=2",
      "-o",       folder.at("out")};
  CHECK_THAT(must_run(command).err,
             contains("warning: ") && contains("resampled") && contains("residual"));
  for (const char* flag : {"-q", "--quiet"}) {
    auto quietly = command;
    quietly.insert(quietly.end(), {flag, "--overwrite"});
    const auto result = must_run(quietly);
    CHECK(result.err.empty());
    CHECK(result.out ==
          folder.at("out/fast/low.wav") + "\n" + folder.at("out/fast/rest.wav") + "\n");
  }
  const auto failed =
      run_program({"separate", folder.at("absent.wav"), "-c", "2", "-o", folder.at("out"), "-q"});
  CHECK(failed.status == 1);
  CHECK_THAT(failed.err, contains("absent.wav"));
}

TEST_CASE("models say which masks and how many updates they want, and flags overrule them") {
  TrainedModels folder;
  std::vector<SourceModel> models;
  for (const char* name : {"low.safetensors", "high.safetensors"}) {
    Dictionary model = *load_models(folder / name).front().as<Dictionary>();
    CHECK(model.objective.mask_exponent == 1.5);
    CHECK(model.mixture_iterations == 50);
    model.objective.mask_exponent = 2;
    model.mixture_iterations = 7;
    models.emplace_back(model);
  }
  save_models(folder / "both.safetensors", models, Overwrite::refuse);
  const auto separated = [&](const std::string& out, const std::string& model_files,
                             std::vector<std::string> more = {}) {
    std::vector<std::string> command{"separate", folder.at("mix.wav"), "-o", folder.at(out)};
    for (const std::string& file : {model_files, std::string("high.safetensors")}) {
      if (file == "high.safetensors" && model_files != "low.safetensors") continue;
      command.insert(command.end(), {"-m", folder.at(file)});
    }
    command.insert(command.end(), more.begin(), more.end());
    must_run(command);
    return test::read_bytes(folder / (out + "/mix/high.wav"));
  };
  const std::string as_models_say = separated("1", "both.safetensors");
  CHECK((as_models_say ==
         separated("2", "low.safetensors", {"--mask-exponent", "2", "--iterations", "7"})));
  CHECK((as_models_say != separated("3", "low.safetensors", {"--mask-exponent", "2"})));
  CHECK((as_models_say != separated("4", "low.safetensors", {"--iterations", "7"})));
  CHECK((separated("5", "both.safetensors", {"--mask-exponent", "1.5", "--iterations", "50"}) ==
         separated("6", "low.safetensors")));
}

TEST_CASE("one source alone is refused, since it would be given the whole mixture") {
  TrainedModels folder;
  const auto refused = [&](std::vector<std::string> words, const std::string& remedy) {
    words.insert(words.begin(), {"separate", folder.at("mix.wav"), "-o", folder.at("out")});
    const auto result = run_program(words);
    CHECK(result.status == 2);
    CHECK_THAT(result.err,
               contains("one source alone would be given the whole mixture") && contains(remedy));
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  };
  refused({"-m", folder.at("low.safetensors")},
          "low: one source alone would be given the whole mixture; add the models of the others, "
          "or --learn rest=25 for what has none");
  refused({"-m", folder.at("low.safetensors"), "--residual", "rest"}, "--learn rest=25");
  refused({"-m", folder.at("low.safetensors"), "--dry-run"}, "--learn rest=25");
  refused({"-c", "1"}, "-c takes two components or more");
}

TEST_CASE("a model's flag takes one file, so that inputs may follow it") {
  TrainedModels folder;
  must_run({"separate", "-m", folder.at("low.safetensors"), "--learn", "rest=2",
            folder.at("mix.wav"), "-o", folder.at("out")});
  CHECK(std::filesystem::exists(folder / "out/mix/rest.wav"));
}

TEST_CASE("an input whose name without extension is no folder's name fails") {
  TrainedModels folder;
  for (const char* name : {"...wav", "..wav"}) {
    test::write_audio(folder / name, read_audio(folder / "mix.wav"));
    const auto result =
        run_program({"separate", folder.at(name), "-c", "2", "-o", folder.at("out")});
    CHECK(result.status == 1);
    CHECK_THAT(result.err, contains(name) && contains("rename"));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
}

TEST_CASE("all solvers explain the mixture alike, and another name is refused") {
  TrainedModels folder;
  std::vector<std::string> command{"separate",    folder.at("mix.wav"),
                                   "-m",          folder.at("low.safetensors"),
                                   "-m",          folder.at("high.safetensors"),
                                   "-o",          folder.at("out"),
                                   "--overwrite", "--iterations",
                                   "400",         "--solver",
                                   "squarem"};
  must_run(command);
  const AudioBuffer squarem = stem(folder, "low.wav");
  for (const char* solver : {"multiplicative", "over-relaxed"}) {
    command.back() = solver;
    must_run(command);
    CHECK(error_db(squarem, stem(folder, "low.wav")) < -30);
  }
  command.back() = "guess";
  const auto refused = run_program(command);
  CHECK(refused.status == 2);
  CHECK_THAT(refused.err, contains("guess"));
}

TEST_CASE("one stem of two sources is said so, and how far the sum is from the mixture") {
  TrainedModels folder;
  const auto result = must_run({"separate", folder.at("mix.wav"), "-c", "2", "--window", "Hann",
                                "-o", folder.at("out"), "--only", "component-01"});
  CHECK_THAT(result.err,
             contains("1 stem of 2 sources; all sources sum to the mixture (residual -"));
}

TEST_CASE("models follow one -m, stand in a list or match a pattern") {
  TrainedModels folder;
  const auto stems = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"separate", folder.at("mix.wav")});
    words.insert(words.end(), {"-o", folder.at("out"), "--overwrite"});
    std::filesystem::remove_all(folder / "out");
    must_run(words);
    return std::filesystem::exists(folder / "out/mix/low.wav") &&
           std::filesystem::exists(folder / "out/mix/high.wav");
  };
  const std::string low = folder.at("low.safetensors");
  const std::string high = folder.at("high.safetensors");
  CHECK(stems({"-m", low, high}));
  CHECK(stems({"-m", low + "," + high}));
  CHECK(stems({"-m", folder.at("*.safetensors")}));
}

TEST_CASE("a model given as a mixture, and audio given as a model, are told before any work") {
  TrainedModels folder;
  const std::string low = folder.at("low.safetensors");
  const auto refused = [&](std::vector<std::string> words, int status, const std::string& fault) {
    words.insert(words.begin(), "separate");
    words.insert(words.end(), {"-o", folder.at("out")});
    const auto result = run_program(words);
    CHECK(result.status == status);
    CHECK_THAT(result.err, contains(fault));
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  };
  refused({low}, 2, "low.safetensors': a model and no mixture; give it with -m");
  refused({folder.at("high.safetensors"), "-m", low}, 2,
          "high.safetensors': a model, and there is no mixture to separate with it");
  refused({folder.at("mix.wav"), "-m", folder.at("low.wav")}, 1, "it is an audio file");
  refused({folder.at("mix.wav"), "-m", folder.at("no*.safetensors")}, 1, "no file matches it");
}

TEST_CASE("what sustains and what strikes come apart without any model, in blocks as whole") {
  TrainedModels folder;
  Matrix clicks = Matrix::Zero(16000, 1);
  for (Index n = 1000; n < 16000; n += 2500) clicks(n, 0) = 0.9F;
  const AudioBuffer steady = test::tone(440, 2, 8000);
  test::write_audio(folder / "both.wav", {steady.samples + clicks, 8000});
  const auto separate = [&](const std::string& out, std::vector<std::string> more) {
    more.insert(more.begin(), {"separate", folder.at("both.wav"), "--hpss", "-o", folder.at(out)});
    return run_program(more);
  };
  REQUIRE(separate("out", {}).status == 0);
  CHECK(error_db(steady, read_audio(folder / "out/both/harmonic.wav")) < -15);
  CHECK(error_db({clicks, 8000}, read_audio(folder / "out/both/percussive.wav")) < -3);
  REQUIRE(separate("blocks", {"--block-frames", "8"}).status == 0);
  CHECK(test::read_bytes(folder / "out/both/harmonic.wav") ==
        test::read_bytes(folder / "blocks/both/harmonic.wav"));
  REQUIRE(separate("margin", {"--hpss-margin", "2,1.5", "--hpss-kernel", "17"}).status == 0);
  CHECK(std::filesystem::exists(folder / "margin/both/residual.wav"));
  const auto refused = [&](std::vector<std::string> more, const std::string& complaint) {
    const auto result = separate("no", std::move(more));
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains(complaint));
  };
  refused({"-c", "3"}, "--hpss splits without models");
  refused({"--hpss-margin", "x"}, "--hpss-margin x: must be a number");
  refused({"--hpss-margin", "0.5"}, "--hpss-margin = 0.5, must be at least 1");
  refused({"--hpss-kernel", "4"}, "--hpss-kernel = 4, must be odd");
  CHECK_THAT(run_program({"separate", folder.at("mix.wav"), "-c", "2", "--hpss-kernel", "5"}).err,
             contains("are for --hpss; give it"));
}
