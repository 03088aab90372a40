// What models and reports say of how they came to be, and that it can be done again.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "nmfsep/core/version.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::run_program;

namespace {

/// Recordings with names that a shell would take apart.
class Studio : public test::TemporaryFolder {
 public:
  Studio() {
    test::write_audio(*this / "it's low.wav", test::swelling_tone(220, 1.5, 1.5));
    test::write_audio(*this / "high.wav", test::swelling_tone(523, 2.5, 1.5));
  }

  test::ProgramResult run(const std::vector<std::string>& words) const {
    return run_program(words, {path()});
  }

  void must(const std::vector<std::string>& words) const {
    const auto result = run(words);
    INFO(result.err);
    REQUIRE(result.status == 0);
  }

  /// Whether the commands that a model says it was made by make it anew, to the bit.
  bool makes_itself(const std::string& model) const {
    const std::string before = test::read_bytes(*this / model);
    const auto commands = run({"info", "--command", model});
    CHECK(commands.status == 0);
    std::filesystem::remove(*this / model);
    const std::string script = fmt::format("set -e\nnmfsep() {{ '{}' \"$@\"; }}\n{}",
                                           test::program_path().string(), commands.out);
    const auto result = test::run_command({"bash", "-c", script}, {path()});
    INFO(script << "\n" << result.err);
    CHECK(result.status == 0);
    return test::read_bytes(*this / model) == before;
  }

  nlohmann::json json(const std::vector<std::string>& words) const {
    const auto result = run(words);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return nlohmann::json::parse(result.out);
  }
};

}  // namespace

TEST_CASE("the command that info prints makes the same bits") {
  const Studio folder;
  folder.must({"train", "it's low.wav", "-c", "3", "--seed", "7", "--tolerance", "0", "--threads",
               "1", "-q", "-o", "low.safetensors"});
  CHECK(folder.makes_itself("low.safetensors"));
  folder.must({"train", "*.wav", "-c", "3", "--duration", "0.9", "-o", "all.safetensors"});
  CHECK(folder.makes_itself("all.safetensors"));
  folder.must({"train", "low=it's low.wav", "high=high.wav", "--method", "exemplars", "-c", "5",
               "--json", "r.json", "-o", "two.safetensors"});
  CHECK(folder.makes_itself("two.safetensors"));
  folder.must({"train-set", "low=it's low.wav", "high=high.wav", "-c", "5", "--mixture-seconds",
               "3", "-o", "my set.safetensors"});
  CHECK(folder.makes_itself("my set.safetensors"));
}

TEST_CASE("a bundle says how its parts were made and put together") {
  const Studio folder;
  folder.must({"train", "it's low.wav", "-c", "3", "-o", "low.safetensors"});
  folder.must({"train", "high.wav", "-c", "2", "-o", "high.safetensors"});
  folder.must({"bundle", "low.safetensors", "high.safetensors", "-o", "both.safetensors"});
  std::filesystem::remove(folder / "low.safetensors");
  std::filesystem::remove(folder / "high.safetensors");
  CHECK(folder.makes_itself("both.safetensors"));
}

TEST_CASE("a model carries what it was made with and of") {
  const Studio folder;
  folder.must({"train", "it's low.wav", "high.wav", "-c", "3", "-o", "m.safetensors"});
  const auto training =
      folder.json({"info", "m.safetensors", "--json", "-"})["sources"][0]["training"];
  CHECK(training["solver"] == "over-relaxed");
  CHECK(training["tolerance"] == 1e-5);
  CHECK(training["program_version"] == nmfsep::version);
  CHECK(training["command"] ==
        R"(nmfsep train 'it'\''s low.wav' high.wav --components 3 --name m)");
  REQUIRE(training["audio"].size() == 2);
  CHECK(training["audio"][1]["file"] == "high.wav");
  const auto sum = test::run_command({"sha256sum", "high.wav"}, {folder.path()});
  CHECK(training["audio"][1]["sha256"] == sum.out.substr(0, 64));
  CHECK_THAT(folder.run({"info", "m.safetensors"}).out,
             contains("(over-relaxed, tolerance 1e-05)"));
  folder.must({"train", "high.wav", "-c", "3", "--method", "exemplars", "-o", "e.safetensors"});
  CHECK(folder.json({"info", "e.safetensors", "--json", "-"})["sources"][0]["training"]["solver"]
            .is_null());
}

TEST_CASE("reports say which program did what with which settings") {
  const Studio folder;
  const auto trained =
      folder.json({"train", "high.wav", "-c", "3", "-o", "high.safetensors", "--json", "-"});
  CHECK(trained["program_version"] == nmfsep::version);
  CHECK(trained["command"] == "nmfsep train high.wav --components 3 --name high");
  CHECK(trained["solver"] == "over-relaxed");
  CHECK(trained["tolerance"] == 1e-5);
  CHECK(trained["iterations"] == 25);
  CHECK(trained["sources"][0]["audio"][0]["sha256"].get<std::string>().size() == 64);
  const auto separated = folder.json({"separate", "high.wav", "-c", "2", "--json", "-"});
  CHECK(separated["program_version"] == nmfsep::version);
  CHECK(separated["command"] == "nmfsep separate high.wav --components 2");
  CHECK_FALSE(separated["settings"].contains("fft_size"));
  CHECK(separated["tracks"][0]["analysis"]["fft_size"] == 512);
  CHECK(separated["tracks"][0]["analysis"]["window"] == "hann");
}

TEST_CASE("a flag that is nothing to the method is refused") {
  const Studio folder;
  const auto refused = [&](std::vector<std::string> words, const std::string& complaint) {
    words.insert(words.end(), {"-o", "m.safetensors"});
    const auto result = folder.run(words);
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains(complaint));
  };
  for (const std::string flag : {"--iterations", "--tolerance", "--solver"}) {
    const std::string value = flag == "--iterations" ? "9"
                              : flag == "--solver"   ? "over-relaxed"
                                                     : "0";
    refused({"train", "high.wav", "-c", "3", "--method", "exemplars", flag, value},
            flag + " has no effect with --method exemplars");
    refused({"train-set", "a=high.wav", "b=it's low.wav", "-c", "3", "--mixture-seconds", "0", flag,
             value},
            flag + " has no effect with --method exemplars and --mixture-seconds 0");
  }
  refused({"train", "high.wav", "--method", "convolutive", "--solver", "multiplicative"},
          "--solver has no effect with --method convolutive");
}
