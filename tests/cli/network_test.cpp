// Networks in the real program: stopped in the middle of work, in blocks, batches, and damaged.
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>

#include "cli/batch_folder.hpp"
#include "support/catch.hpp"
#include "support/model_bytes.hpp"

using namespace nmfsep;
using test::must_run;
using test::read_bytes;
using test::run_program;
using Json = nlohmann::json;

namespace {

/// Trains low.net or high.net of four layers, or of one that spans three frames, in a moment.
void train_network(const test::TrainedModels& folder, const std::string& name,
                   const std::vector<std::string>& flags = {"--method", "autoencoder", "--layers",
                                                            "4", "--width", "20"}) {
  std::vector<std::string> words{"train",      folder.at(name + ".wav"),
                                 "-o",         folder.at(name + ".net"),
                                 "-n",         name,
                                 "-c",         "8",
                                 "--epochs",   "30",
                                 "--overwrite"};
  words.insert(words.end(), flags.begin(), flags.end());
  must_run(words);
}

std::vector<std::string> separation(const std::string& low, const std::string& high,
                                    const std::vector<std::string>& flags = {}) {
  std::vector<std::string> words{"separate", "mix.wav", "-m", low, "-m", high, "-o", "out"};
  words.insert(words.end(), flags.begin(), flags.end());
  return words;
}

test::ProgramResult run_in(const test::TrainedModels& folder, const std::vector<std::string>& words,
                           test::ProgramOptions options = {}) {
  options.folder = folder.path();
  return run_program(words, options);
}

/// Stops work that would take minutes.
void check_interrupted(const test::TrainedModels& folder, const std::vector<std::string>& words) {
  INFO(words[0] << " " << words[3] << " " << words[5]);
  const auto before = folder.entries();
  test::ProgramOptions options;
  options.interrupt_after_ms = 800;  // it takes 0.3 s to begin where much else runs
  const auto result = run_in(folder, words, options);
  CHECK(result.status == 128 + SIGINT);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, contains("nmfsep: interrupted\n"));
  CHECK(result.seconds_after_signal < 5);  // it is 0.2 on a machine with nothing else to do
  for (const char* empty : {"out/mix", "out"}) {
    std::error_code is_absent_or_full;
    std::filesystem::remove(folder / empty, is_absent_or_full);
  }
  CHECK(folder.entries() == before);
}

}  // namespace

TEST_CASE("Ctrl-C ends the training of a network, and a separation with one, with nothing left") {
  const test::TrainedModels folder;
  check_interrupted(folder, {"train", "low.wav", "--method", "autoencoder", "--layers", "10",
                             "--width", "600", "-o", "new.net"});
  check_interrupted(folder, {"train", "low.wav", "--method", "conv-autoencoder", "--layers", "4",
                             "--width", "400", "--epochs", "2000000000", "-o", "new.net"});
  train_network(folder, "low");
  train_network(folder, "high");
  const std::vector<std::string> endless{"--iterations", "1000000", "--tolerance", "0"};
  check_interrupted(folder, separation("low.net", "high.net", endless));
  check_interrupted(folder, separation("low.net", "high.safetensors", endless));
}

TEST_CASE("networks stream: any blocks, threads and bounds on memory write the same bytes") {
  const test::TrainedModels folder;
  train_network(folder, "low");
  train_network(folder, "high");
  REQUIRE(run_in(folder, separation("low.net", "high.net", {"--iterations", "12"})).status == 0);
  const std::string expected = read_bytes(folder / "out/mix/low.wav");
  for (const std::vector<std::string>& flags :
       std::vector<std::vector<std::string>>{{"--block-frames", "3", "--threads", "1"},
                                             {"--block-frames", "10", "--threads", "3"},
                                             {"--block-frames", "100000", "--threads", "7"},
                                             {"--max-memory", "1M"}}) {
    std::vector<std::string> words = separation("low.net", "high.net", flags);
    words.insert(words.end(), {"--overwrite", "--iterations", "12"});
    REQUIRE(run_in(folder, words).status == 0);
    CHECK((read_bytes(folder / "out/mix/low.wav") == expected));
  }
}

TEST_CASE("a network beside a dictionary needs the whole mixture, and says so where memory ends") {
  const test::TrainedModels folder;
  train_network(folder, "low");
  const auto refused =
      run_in(folder, separation("low.net", "high.safetensors", {"--max-memory", "20M"}));
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("mix.wav") && contains("more than the 20 MiB"));
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
}

TEST_CASE("a batch with networks goes on where it stopped, and begins anew with another network") {
  const test::Batch folder(3);
  train_network(folder, "low");
  train_network(folder, "high");
  const std::vector<std::string> words{"separate", "in",           "-m",  "low.net",    "-m",
                                       "high.net", "-o",           "out", "--manifest", "m.jsonl",
                                       "--quiet",  "--iterations", "10"};
  const auto stems = [&] { return run_in(folder, words).out; };
  const std::string all = stems();
  CHECK(folder.contents("out").size() == 6);
  CHECK(stems().empty());
  folder.write_mixture(1, 0.3);
  CHECK(stems() == "out/001/low.wav\nout/001/high.wav\n");
  train_network(folder, "low");  // the same bits, so the same model
  CHECK(stems().empty());
  train_network(folder, "low",
                {"--method", "autoencoder", "--layers", "4", "--width", "20", "--seed", "1"});
  CHECK(stems() == all);
}

TEST_CASE("files of networks that are damaged are refused, and nothing is written") {
  const test::TrainedModels folder;
  train_network(folder, "low");
  using Damage = std::function<void(Json&, std::string&)>;
  const auto meta = [](const char* key, const char* value) {
    return [=](Json& header, std::string&) { header["__metadata__"][key] = value; };
  };
  const auto weight = [](float value) {
    return [=](Json& header, std::string& data) {
      const std::size_t at = header["decoder/1/low"]["data_offsets"][0];
      std::memcpy(data.data() + at, &value, sizeof(value));
    };
  };
  const float infinity = std::numeric_limits<float>::infinity();
  test::ModelParts parts = test::take_apart(read_bytes(folder / "low.net"));
  const auto [fault, damage] = GENERATE_COPY(table<std::string, Damage>({
      {"weight of its decoder is not finite", weight(std::nanf(""))},
      {"weight of its decoder is not finite", weight(-infinity)},
      {"takes 20 features, but 12 come to it",
       meta("encoder/low", "dense 257 20 | relu | pooling 5 4 2 1 | dense 20 8 | relu")},
      {"layer 'wavelet 257 20' is unknown", meta("encoder/low", "wavelet 257 20 | relu")},
      {"layer 'gru 257 20': needs 3 numbers", meta("encoder/low", "gru 257 20 | relu")},
      {"needs 1 or 2 directions", meta("encoder/low", "gru 257 20 3 | relu")},
      {"version", meta("version", "1000")},
  }));
  Json header = Json::parse(parts.header);
  header["__metadata__"]["sha256"] = std::string(64, '0');
  damage(header, parts.data);
  parts.header = header.dump();
  test::write_bytes(folder / "low.net", test::put_together(parts));
  for (const auto& words :
       {separation("low.net", "high.safetensors"), std::vector<std::string>{"info", "low.net"}}) {
    const auto result = run_in(folder, words);
    INFO(result.err);
    CHECK(result.status == 1);
    CHECK_THAT(result.err, contains("low.net") && contains(fault));
    CHECK(result.out.empty());
  }
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
}
