#pragma once

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/trained_models.hpp"

namespace nmfsep::test {

/// A folder `in` with `count` short mixtures, every `bad_every`th of which is none; and two models.
class Batch : public TrainedModels {
 public:
  explicit Batch(int count, int bad_every = 1000) {
    std::filesystem::create_directory(*this / "in");
    for (int i = 0; i < count; ++i) {
      const auto file = *this / input(i);
      if (i % bad_every == bad_every - 1)
        write_bytes(file, "no sound");
      else
        write_mixture(i, 0.1 + 0.05 * (i % 7));
    }
  }

  static std::string input(int i) { return fmt::format("in/{:03}.wav", i); }

  void write_mixture(int i, double seconds) const {
    const Matrix sum =
        swelling_tone(220, 1.0 + i, seconds).samples + swelling_tone(523, 2.0 + i, seconds).samples;
    write_audio(*this / input(i), {sum, 8000});
  }

  /// Runs `separate in -o OUT` here.
  ProgramResult run(const std::string& out, std::vector<std::string> more,
                    ProgramOptions options = {}) const {
    std::vector<std::string> words{
        "separate", "in", "-m", "low.safetensors", "-m", "high.safetensors", "--iterations",
        "20",       "-o", out};
    words.insert(words.end(), more.begin(), more.end());
    options.folder = path();
    return run_program(words, options);
  }

  /// What is below a folder, by name.
  std::map<std::string, std::string> contents(const std::string& folder) const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*this / folder))
      if (entry.is_regular_file())
        files[std::filesystem::relative(entry.path(), *this / folder)] = read_bytes(entry.path());
    return files;
  }

  /// The lines of m.jsonl.
  std::vector<nlohmann::json> manifest() const {
    std::istringstream lines(read_bytes(*this / "m.jsonl"));
    std::vector<nlohmann::json> records;
    for (std::string line; std::getline(lines, line);)
      records.push_back(nlohmann::json::parse(line));
    return records;
  }
};

}  // namespace nmfsep::test
