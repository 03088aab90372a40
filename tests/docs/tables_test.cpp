// The scores of the demo's trio that the documents print are those that the program reaches.
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "nmfsep/audio/audio_file.hpp"
#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/program.hpp"
#include "support/sanitizers.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {
namespace {

namespace fs = std::filesystem;
const fs::path data = project_folder() / "data";
const char* const sources[] = {"drums", "bass", "piano"};

/// Means over the sources, and over seeds 0, 1 and 2 (dB).
struct Scores {
  double sdr = 0;
  double sir = 0;
  double sar = 0;
};

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? ""
                                    : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

/// The cells of a document's table line whose cells begin with `words`.
std::vector<std::string> cells_of(const std::string& document, const std::string& words) {
  std::ifstream file(project_folder() / document);
  for (std::string line; std::getline(file, line);) {
    if (line.find(words) == std::string::npos || !line.starts_with("|")) continue;
    std::vector<std::string> cells;
    std::istringstream stream(line.substr(1));
    for (std::string cell; std::getline(stream, cell, '|');) cells.push_back(trimmed(cell));
    return cells;
  }
  FAIL(document << " has no line with " << words);
  return {};
}

class Trio : public TemporaryFolder {
 public:
  void run(std::vector<std::string> command) const {
    command.push_back("-q");
    const ProgramResult result = run_program(command, {path()});
    INFO(result.err);
    REQUIRE(result.status == 0);
  }

  /// Scores of models by `command`, train or train-set, of these recordings with these flags.
  Scores measure(const std::string& command, const std::vector<std::string>& flags,
                 const fs::path& recordings = data / "train") const {
    Scores mean;
    for (const char* seed : {"0", "1", "2"}) {
      std::vector<std::string> more = flags;
      more.insert(more.end(), {"--seed", seed, "--overwrite"});
      const std::vector<std::string> models =
          command == "train" ? train(more, recordings) : train_set(more, recordings);
      std::vector<std::string> separate{"separate", data / "mixture.flac", "-o", ".", "--seed",
                                        seed,       "--overwrite"};
      for (const std::string& model : models) separate.insert(separate.end(), {"-m", model});
      run(separate);
      run({"evaluate", data / "test", "mixture", "--json", "scores.json", "--overwrite"});
      const auto report = nlohmann::json::parse(read_bytes(*this / "scores.json"));
      for (const auto& source : report["tracks"][0]["sources"]) {
        mean.sdr += source["sdr"].get<double>() / 9;
        mean.sir += source["sir"].get<double>() / 9;
        mean.sar += source["sar"].get<double>() / 9;
      }
    }
    return mean;
  }

 private:
  std::vector<std::string> train(const std::vector<std::string>& flags,
                                 const fs::path& recordings) const {
    std::vector<std::string> models;
    for (const std::string source : sources) {
      models.push_back(source + ".model");
      std::vector<std::string> command{
          "train", recordings / (source + ".flac"), "-o", models.back(), "--name", source};
      command.insert(command.end(), flags.begin(), flags.end());
      run(command);
    }
    return models;
  }

  std::vector<std::string> train_set(const std::vector<std::string>& flags,
                                     const fs::path& recordings) const {
    std::vector<std::string> command{"train-set", "-o", "set.model"};
    for (const std::string source : sources)
      command.push_back(source + "=" + (recordings / (source + ".flac")).string());
    command.insert(command.end(), flags.begin(), flags.end());
    run(command);
    return {"set.model"};
  }
};

void check(const Scores& found, const Scores& printed) {
  INFO(found.sdr << " / " << found.sir << " / " << found.sar);
  CHECK(found.sdr == Approx(printed.sdr).margin(0.3));
  CHECK(found.sir == Approx(printed.sir).margin(0.6));
  CHECK(found.sar == Approx(printed.sar).margin(0.3));
}

TEST_CASE("docs/quality.md's scores of the trio are those of the program") {
  if (is_sanitized) NMFSEP_SKIP("too slow under sanitizers");
  const Trio trio;
  const std::pair<std::string, std::vector<std::string>> rows[] = {
      {"| `train` |", {"train"}},
      {"| `train --method exemplars` |", {"train", "--method", "exemplars"}},
      {"| `train --method convolutive` |", {"train", "--method", "convolutive"}},
      {"| `train-set --mixture-seconds 0` |", {"train-set", "--mixture-seconds", "0"}},
      {"| `train-set` |", {"train-set"}}};
  for (const auto& [line, command] : rows) {
    CAPTURE(line);
    Scores printed;
    char slash = 0;
    std::istringstream(cells_of("docs/quality.md", line).at(3)) >> printed.sdr >> slash >>
        printed.sir >> slash >> printed.sar;
    REQUIRE(printed.sar > 0);
    check(trio.measure(command[0], {command.begin() + 1, command.end()}), printed);
  }
}

TEST_CASE("the README's scores by components and training are those of the program") {
  if (is_sanitized) NMFSEP_SKIP("too slow under sanitizers");
  const Trio trio;
  const auto printed = [](const std::string& line, std::size_t first) {
    const auto cells = cells_of("README.md", line);
    return Scores{std::stod(cells.at(first)), std::stod(cells.at(first + 1)),
                  std::stod(cells.at(first + 2))};
  };
  for (const std::string components : {"5", "10", "25", "50", "100"}) {
    CAPTURE(components);
    check(trio.measure("train", {"-c", components}), printed("| " + components + " |", 1));
  }
  for (const int seconds : {3, 6}) {
    CAPTURE(seconds);
    fs::create_directories(trio / "short");
    for (const std::string source : sources) {
      AudioBuffer audio = read_audio(data / ("train/" + source + ".flac"));
      audio.samples.conservativeResize(seconds * audio.sample_rate, Eigen::NoChange);
      write_audio(trio / ("short/" + source + ".flac"), audio,
                  {Container::flac, SampleFormat::pcm16});
    }
    check(trio.measure("train", {}, trio / "short"),
          printed("the first " + std::to_string(seconds) + " s", 6));
  }
}

}  // namespace
}  // namespace nmfsep::test
