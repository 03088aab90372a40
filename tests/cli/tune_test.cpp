#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>

#include "nmfsep/sources/model_file.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::must_run;
using test::run_program;

namespace {

/// Two recordings of eight seconds, and the command that tunes on them.
class LongTones : public test::TemporaryFolder {
 public:
  LongTones() {
    test::write_audio(*this / "low.wav", test::swelling_tone(220, 1.5, 6.5));
    test::write_audio(*this / "high.wav", test::swelling_tone(523, 2.5, 6.5));
    const Matrix sum =
        test::swelling_tone(220, 1.1, 2).samples + test::swelling_tone(523, 0.7, 2).samples;
    test::write_audio(*this / "mix.wav", {sum, 8000});
  }
  std::string at(const std::string& name) const { return (*this / name).string(); }
  std::vector<std::string> command(const std::string& budget) const {
    return {"tune",
            "low=" + at("low.wav"),
            "high=" + at("high.wav"),
            "-o",
            at("set.model"),
            "--budget",
            budget,
            "--csv",
            at("tried.csv"),
            "--json",
            at("tried.json")};
  }
};

}  // namespace

TEST_CASE("tune writes a model that separate needs nothing beside, and all that it tried") {
  const LongTones folder;
  auto arguments = folder.command("1h");
  arguments.insert(arguments.end(), {"--choices", "2"});
  const auto result = must_run(arguments);
  CHECK_THAT(result.out, contains("what mattered") && contains("SDR") && contains("mask_exponent"));
  CHECK_THAT(result.out, contains("\nusual settings   SDR ") &&
                             contains("\nbest found       SDR ") &&
                             (contains("gained  ") || contains("nothing was better than")));
  CHECK_THAT(result.out, contains("source 'low'") && contains("source 'high'"));
  const auto json = nlohmann::json::parse(test::read_bytes(folder / "tried.json"));
  CHECK(json["format"] == "nmfsep-tuning");
  CHECK(json["searched"] == true);
  CHECK(json["budget_seconds"] == 3600);
  CHECK(json["best_scores"]["sdr"] >= json["usual_scores"]["sdr"]);
  CHECK(json["usual_scores"]["mixtures"] == json["best_scores"]["mixtures"]);
  CHECK(json["trials"].size() == 6);
  CHECK(json["trials"][0]["sdr"] >= json["trials"][2]["sdr"]);
  const std::string csv = test::read_bytes(folder / "tried.csv");
  CHECK_THAT(csv, contains("method,components,context,fft_size"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') ==
        static_cast<std::ptrdiff_t>(json["trials"].size()) + 1);
  const auto settings = must_run({"separate", folder.at("mix.wav"), "-m", folder.at("set.model"),
                                  "-o", folder.at("out"), "--json", "-"});
  CHECK(nlohmann::json::parse(settings.out)["settings"]["mask_exponent"] ==
        json["best"]["mask_exponent"]);
  CHECK(test::error_db(test::swelling_tone(220, 1.1, 2), read_audio(folder / "out/mix/low.wav")) <
        -12);
}

TEST_CASE("Ctrl-C ends tuning with the best so far, and says so by its status") {
  const LongTones folder;
  test::ProgramOptions options;
  options.interrupt_after_ms = 1500;
  const auto result = run_program(folder.command("1h"), options);
  CHECK(result.status == 130);
  CHECK(load_models(folder / "set.model").size() == 2);
  CHECK(nlohmann::json::parse(test::read_bytes(folder / "tried.json"))["interrupted"] == true);
}

TEST_CASE("a second signal ends tuning at once, with nothing written") {
  const LongTones folder;
  const auto before = folder.entries();
  const std::string script =
      fmt::format("'{}' '{}' & sleep 1; kill -TERM $!; kill -HUP $!; wait $!",
                  test::program_path().string(), fmt::join(folder.command("1h"), "' '"));
  const auto result = test::run_command({"bash", "-c", script});
  INFO(result.err);
  CHECK((result.status == 128 + SIGTERM || result.status == 128 + SIGHUP));
  CHECK(folder.entries() == before);
}

TEST_CASE("tune says what is wrong with its sources, its budget and its outputs") {
  const LongTones folder;
  for (const char* budget : {"0", "-1", "x", "5 min", "5days", "", "nan"}) {
    const auto result = run_program(folder.command(budget));
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains("budget"));
  }
  const auto bare = run_program(folder.command("40"));
  CHECK(bare.status == 2);
  CHECK_THAT(bare.err, contains("--budget 40: of which unit? 40s, 40min or 40h"));
  const auto one = run_program({"tune", "low=" + folder.at("low.wav"), "-o", folder.at("x")});
  CHECK(one.status == 2);
  CHECK_THAT(one.err, contains("a set of 1 sources"));
  const auto clash = run_program({"tune", "low=" + folder.at("low.wav"),
                                  "high=" + folder.at("high.wav"), "-o", folder.at("low.wav")});
  CHECK(clash.status == 2);
}

TEST_CASE("tune says plainly that it searched nothing, and why") {
  const LongTones folder;
  const auto hasty = must_run(folder.command("0.001s"));
  CHECK_THAT(hasty.out,
             contains("Nothing was searched: the budget of 0:00 was over before the first "
                      "trial was. The model is trained with what is usual."));
  CHECK(nlohmann::json::parse(test::read_bytes(folder / "tried.json"))["searched"] == false);
  test::write_audio(folder / "low.wav", test::swelling_tone(220, 1.5, 1));
  auto words = folder.command("1h");
  words.emplace_back("--overwrite");
  CHECK_THAT(must_run(words).out, contains("Nothing was searched: there is too little material"));
}

TEST_CASE("a terminal shows tuning's trials and the time of the budget") {
  if (test::run_command({"script", "--version"}).status != 0) NMFSEP_SKIP("no script here");
  const LongTones folder;
  auto words = folder.command("1h");
  words.insert(words.end(), {"--choices", "2"});
  const std::string line =
      fmt::format("'{}' '{}'", test::program_path().string(), fmt::join(words, "' '"));
  const auto result = test::run_command({"script", "-qec", line, "/dev/null"});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, contains(" of 1:00:00): trial 1 of 2") && contains("trial 2 of 2"));
}
