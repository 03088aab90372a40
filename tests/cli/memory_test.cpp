// Whether what a dry run says of memory is what a run takes.
#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/sanitizers.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;

namespace {

/// Noise at 44.1 kHz, where sets are large.
class Loud : public test::TemporaryFolder {
 public:
  Loud() {
    for (const std::string name : {"a", "b", "c", "d"})
      test::write_audio(
          *this / (name + ".wav"),
          {test::noise(static_cast<std::uint64_t>(name[0]), 3 * 44100, 1, 0.3F), 44100});
    test::write_audio(*this / "mix.wav", {test::noise(9, 12 * 44100, 2, 0.3F), 44100});
  }

  std::string at(const std::string& name) const { return (*this / name).string(); }

  std::string source(const std::string& name) const { return name + "=" + at(name + ".wav"); }

  void check(std::vector<std::string> how) const {
    how.insert(how.begin(), {"separate", at("mix.wav"), "-o", at("out"), "--overwrite",
                             "--iterations", "3", "--tolerance", "0", "--json", "-"});
    const double peak = must_run(how).peak_memory;
    how.emplace_back("--dry-run");
    const auto report = nlohmann::json::parse(must_run(how).out);
    const double said = report["tracks"][0]["memory_bytes"];
    INFO(how[11] << " " << how[12] << ": " << said / 1e6 << " MB said, " << peak / 1e6 << " taken");
    CHECK(said > 0.7 * peak);
    CHECK(said < 1.3 * peak);
  }
};

}  // namespace

TEST_CASE("a dry run says what memory a run takes, within 30 percent, of each kind of model") {
  if (test::is_sanitized) NMFSEP_SKIP("sanitizers take memory of their own");
  const Loud folder;
  for (const std::string name : {"a", "b"}) {
    must_run({"train", folder.at(name + ".wav"), "--iterations", "2", "-o",
              folder.at(name + ".safetensors")});
    must_run({"train", folder.at(name + ".wav"), "--method", "convolutive", "-c", "10",
              "--iterations", "2", "-o", folder.at(name + "-convolutive.safetensors"), "--name",
              name});
    must_run({"train", folder.at(name + ".wav"), "--method", "n-hmm", "--states", "15", "-c", "2",
              "--iterations", "1", "-o", folder.at(name + "-n-hmm.safetensors"), "--name", name});
  }
  const std::vector<std::string> brief{"--mixture-seconds", "2", "--iterations", "1", "-o"};
  std::vector<std::string> two{"train-set", folder.source("a"), folder.source("b")};
  std::vector<std::string> four = two;
  four.insert(four.end(), {folder.source("c"), folder.source("d")});
  for (auto* words : {&two, &four}) {
    words->insert(words->end(), brief.begin(), brief.end());
    words->push_back(folder.at(words == &two ? "two.safetensors" : "four.safetensors"));
    must_run(*words);
  }
  folder.check({"-m", folder.at("a.safetensors"), folder.at("b.safetensors")});
  folder.check({"-m", folder.at("two.safetensors")});
  folder.check({"-m", folder.at("four.safetensors")});
  folder.check(
      {"-m", folder.at("a-convolutive.safetensors"), folder.at("b-convolutive.safetensors")});
  folder.check({"-m", folder.at("a-n-hmm.safetensors"), folder.at("b-n-hmm.safetensors")});
  folder.check({"-m", folder.at("a.safetensors"), "--learn", "rest=25"});
  folder.check({"-c", "8"});
}
