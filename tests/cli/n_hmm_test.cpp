// Hidden Markov models in the real program: trained, looked at, alone and beside others, refused.
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>

#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/model_bytes.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;
using Json = nlohmann::json;

namespace {

/// low.hmm and high.hmm, of three states of two atoms.
class MarkovModels : public test::TrainedModels {
 public:
  MarkovModels() {
    for (const std::string name : {"low", "high"})
      must_run({"train", at(name + ".wav"), "--method", "n-hmm", "--states", "3", "-c", "2",
                "--iterations", "10", "--name", name, "-o", at(name + ".hmm")});
  }

  test::ProgramResult run(const std::vector<std::string>& words,
                          test::ProgramOptions options = {}) const {
    options.folder = path();
    return run_program(words, options);
  }
};

}  // namespace

TEST_CASE("train learns states and transitions, info tells them, separate tells sources apart") {
  const MarkovModels folder;
  const auto info = folder.run({"info", "low.hmm"});
  CHECK(info.status == 0);
  CHECK_THAT(info.out, contains("hidden Markov model of 3 states: 6 atoms × 257 bins") &&
                           contains("states       3 of 2 atoms, 100 draws a frame") &&
                           contains("stays        ") &&
                           contains("training     n-hmm, 10 updates, ") &&
                           contains(" nats below the most likely, seed 0"));
  CHECK(
      folder.run({"separate", "mix.wav", "-m", "low.hmm", "-m", "high.hmm", "-o", "out"}).status ==
      0);
  std::filesystem::create_directory(folder / "references");
  test::write_audio(folder / "references/low.wav", test::swelling_tone(220, 1.1, 1.5));
  test::write_audio(folder / "references/high.wav", test::swelling_tone(523, 0.7, 1.5));
  const auto scores = folder.run({"evaluate", "references", "out/mix", "--json", "-"});
  REQUIRE(scores.status == 0);
  const Json document = Json::parse(scores.out);
  for (const Json& source : document["tracks"][0]["sources"])
    CHECK(source["sdr"].get<double>() > 20);
}

TEST_CASE(
    "hidden Markov models separate alone and beside any other kind, the same on any threads") {
  const MarkovModels folder;
  const std::vector<std::vector<std::string>> jobs{
      {"-m", "low.hmm", "-m", "high.hmm"},
      {"-m", "low.hmm", "-m", "high.safetensors"},
      {"-m", "low.hmm", "--learn", "rest=3"},
      {"-m", "low.hmm", "-m", "high.hmm", "--prior", "sparsity=0.1"},
      {"-m", "low.hmm", "-m", "high.hmm", "--prior", "smoothness=1"}};
  for (const auto& job : jobs) {
    std::string first;
    for (const std::string threads : {"1", "3"}) {
      std::vector<std::string> words{"separate", "mix.wav",     "-o",        "out",
                                     "--quiet",  "--overwrite", "--threads", threads};
      words.insert(words.end(), job.begin(), job.end());
      INFO(job[1] << " " << job[3] << " " << job.back());
      const auto result = folder.run(words);
      CHECK(result.err.empty());
      REQUIRE(result.status == 0);
      const std::string stem = test::read_bytes(folder / "out/mix/low.wav");
      if (threads == "1") first = stem;
      CHECK((stem == first));
    }
  }
}

TEST_CASE("flags of hidden Markov models are for them alone, and what cannot be is named") {
  const test::TrainedModels folder;
  const auto refuses = [&](const std::vector<std::string>& flags, int status,
                           const std::string& complaint) {
    std::vector<std::string> words{"train", folder.at("low.wav"), "-o", folder.at("x.hmm")};
    words.insert(words.end(), flags.begin(), flags.end());
    const auto result = run_program(words);
    INFO(complaint);
    CHECK(result.status == status);
    CHECK_THAT(result.err, contains(complaint));
    CHECK_FALSE(std::filesystem::exists(folder / "x.hmm"));
  };
  refuses({"--states", "3"}, 2, "--states is for --method n-hmm; with --method nmf leave it out");
  refuses({"--method", "convolutive", "--draws", "3"}, 2,
          "--draws is for --method n-hmm; with --method convolutive leave it out");
  const auto refuses_hmm = [&](const std::string& flag, const std::string& value, int status,
                               const std::string& complaint) {
    refuses({"--method", "n-hmm", flag, value}, status, complaint);
  };
  refuses_hmm("--states", "0", 2, "states = 0, must be 1 to 1000");
  refuses_hmm("--states", "1001", 2, "states = 1001, must be 1 to 1000");
  refuses_hmm("--states", "many", 2, "--states");
  refuses_hmm("--draws", "0", 2, "draws = 0, must be above 0");
  refuses_hmm("--draws", "nan", 2, "draws");
  refuses_hmm("--context", "3", 2, "context = 3, must be 1 for hidden Markov models");
  refuses_hmm("--divergence", "is", 2, "--divergence has no effect with --method n-hmm");
  refuses_hmm("--solver", "multiplicative", 2, "--solver has no effect with --method n-hmm");
  refuses_hmm("--prior", "sparsity=1", 2, "--prior has no effect with --method n-hmm");
  refuses_hmm("-c", "50", 1, "fewer than the 1000 components asked for");
}

TEST_CASE("of a single hit as many states and atoms are learnt as it has frames, which is said") {
  test::TrainedModels folder;
  test::write_audio(folder / "hit.wav", test::swelling_tone(300, 5, 0.1, 8000));
  const auto trained =
      must_run({"train", folder.at("hit.wav"), "--method", "n-hmm", "-o", folder.at("hit.hmm")});
  const Index atoms = load_models(folder / "hit.hmm")[0]->components();
  CHECK(atoms < 20);
  CHECK_THAT(trained.out,
             contains(std::to_string(atoms) + " states of 1 atoms: so few frames are not silent"));
}

TEST_CASE("files of hidden Markov models that are damaged are refused, and nothing is written") {
  const MarkovModels folder;
  using Damage = std::function<void(Json&, std::string&)>;
  const auto meta = [](const char* key, const char* value) {
    return [=](Json& header, std::string&) { header["__metadata__"][key] = value; };
  };
  const auto number = [](const char* tensor, std::size_t place, float value) {
    return [=](Json& header, std::string& data) {
      const std::size_t at = header[tensor]["data_offsets"][0];
      std::memcpy(data.data() + at + place * sizeof(value), &value, sizeof(value));
    };
  };
  const std::vector<std::pair<std::string, Damage>> cases{
      {"states = 0, must be 1 to 1000", meta("states/low", "0")},
      {"'transitions/low' is 3 × 3, must be 2 × 2", meta("states/low", "2")},
      {"states/low", meta("states/low", "three")},
      {"draws = -1, must be positive and finite", meta("draws/low", "-1")},
      {"transitions[1][0] = -0.25, must be a probability", number("transitions/low", 3, -0.25F)},
      {"transitions[0][2] = nan, must be a probability",
       number("transitions/low", 2, std::nanf(""))},
      {"transitions[2] sums to", number("transitions/low", 8, 0)},
      {"initial sums to", number("initial/low", 0, 0.9999F)},
      {"must be finite and not negative", number("W/low", 4, -1)}};
  const auto before = folder.entries();
  for (const auto& [complaint, damage] : cases) {
    INFO(complaint);
    test::ModelParts parts = test::take_apart(test::read_bytes(folder / "low.hmm"));
    Json header = Json::parse(parts.header);
    header["__metadata__"]["sha256"] = std::string(64, '0');
    damage(header, parts.data);
    parts.header = header.dump();
    test::write_bytes(folder / "bad.hmm", test::put_together(parts));
    const auto result =
        folder.run({"separate", "mix.wav", "-m", "bad.hmm", "-m", "high.hmm", "-o", "out"});
    CHECK(result.status == 1);
    CHECK_THAT(result.err, contains("bad.hmm") && contains(complaint));
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  }
  std::filesystem::remove(folder / "bad.hmm");
  CHECK(folder.entries() == before);
}

TEST_CASE(
    "Ctrl-C ends the training of a hidden Markov model, and a separation, with nothing left") {
  const MarkovModels folder;
  const auto before = folder.entries();
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"train", "low.wav", "--method", "n-hmm", "--iterations", "1000000", "--tolerance", "0",
            "-c", "2", "-o", "new.hmm"},
           {"separate", "mix.wav", "-m", "low.hmm", "-m", "high.hmm", "--iterations", "1000000",
            "--tolerance", "0", "-o", "out"}}) {
    test::ProgramOptions options;
    options.interrupt_after_ms = 800;
    const auto result = folder.run(words, options);
    CHECK(result.status == 128 + SIGINT);
    CHECK_THAT(result.err, contains("nmfsep: interrupted\n"));
    for (const char* empty : {"out/mix", "out"}) {
      std::error_code is_absent_or_full;
      std::filesystem::remove(folder / empty, is_absent_or_full);
    }
    CHECK(folder.entries() == before);
  }
}
