#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "support/audio_files.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {

inline constexpr int rate = 8000;

/// ref/a.wav, ref/b.wav and est/a.wav, est/b.wav: noises, each with a little of the other.
class TwoSources : public TemporaryFolder {
 public:
  TwoSources() { add_track("ref", "est", 1, rate); }

  std::string at(const std::string& name) const { return (path() / name).string(); }

  void add_track(const std::string& ref, const std::string& est, std::uint64_t seed, Index frames) {
    const Matrix a = noise(seed, frames, 1, 0.3F);
    const Matrix b = noise(seed + 1, frames, 1, 0.3F);
    write(ref + "/a.wav", a);
    write(ref + "/b.wav", b);
    write(est + "/a.wav", 0.9F * a + 0.1F * b + noise(seed + 2, frames, 1, 0.01F));
    write(est + "/b.wav", 0.9F * b + 0.2F * a + noise(seed + 3, frames, 1, 0.01F));
    mixture_ = a + b;
  }

  /// Of the track that was added last.
  const Matrix& mixture() const { return mixture_; }

  void write(const std::string& name, const Matrix& samples, int sample_rate = rate) const {
    std::filesystem::create_directories((path() / name).parent_path());
    write_audio(path() / name, {samples, sample_rate});
  }

  ProgramResult evaluate(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"evaluate", at("ref"), at("est")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  }

  nlohmann::json scores(std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--json", "-"});
    const ProgramResult result = evaluate(more);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return nlohmann::json::parse(result.out);
  }

 private:
  Matrix mixture_;
};

/// The message of a run that fails with `status` and writes nothing to stdout.
inline std::string failure(const ProgramResult& result, int status = 1) {
  CHECK(result.status == status);
  CHECK(result.out.empty());
  return result.err;
}

}  // namespace nmfsep::test
