// What can go wrong around the scoring: inputs, outputs, usage, interruption, kept scores.
#include <unistd.h>

#include <fstream>

#include "cli/two_sources.hpp"
#include "support/bytes.hpp"

using namespace nmfsep;
using nlohmann::json;
using test::failure;
using test::rate;
using test::run_program;
using test::TwoSources;

namespace {

/// Puts NaN in place of the last sample of a 32-bit float WAV file.
void break_last_sample(const std::filesystem::path& path) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(-4, std::ios::end);
  file.write("\x00\x00\xC0\x7F", 4);
}

}  // namespace

TEST_CASE("evaluate names a track that cannot be looked at, and scores the others") {
  TwoSources folder;
  for (const std::string name : {"one", "two", "three"})
    folder.add_track("tracks/" + name, "stems/" + name, 10, rate);
  const std::vector<std::string> arguments = {"evaluate", folder.at("tracks"), folder.at("stems"),
                                              "--resume", folder.at("kept")};
  const auto check = [&](const std::string& fault) {
    const auto result = run_program(arguments);
    CHECK(result.status == 1);
    CHECK_THAT(result.err,
               contains("track 'two'") && contains(fault) && contains("1 of 3 tracks failed"));
    CHECK_THAT(result.out, contains("one") && contains("three"));
  };
  if (::geteuid() != 0) {  // who is root may read everything
    std::filesystem::permissions(folder / "tracks/two", std::filesystem::perms::none);
    check("tracks/two': cannot read this folder: Permission denied");
    std::filesystem::permissions(folder / "tracks/two", std::filesystem::perms::owner_all);
  }
  std::filesystem::remove(folder / "tracks/two/a.wav");
  std::filesystem::create_symlink("a.wav", folder / "tracks/two/a.wav");
  check("tracks/two/a.wav'");
  std::filesystem::remove_all(folder / "tracks/two");
  std::filesystem::create_symlink("two", folder / "tracks/two");
  check("tracks/two'");
}

TEST_CASE("evaluate names a track whose mixture is missing, and scores the others") {
  TwoSources folder;
  for (const std::string name : {"one", "two", "three"}) {
    folder.add_track("tracks/" + name, "stems/" + name, 10, rate);
    if (name != "two") folder.write("mixtures/" + name + "/mixture.wav", folder.mixture());
  }
  const auto result = run_program({"evaluate", folder.at("tracks"), folder.at("stems"), "--mixture",
                                   folder.at("mixtures"), "--resume", folder.at("kept")});
  CHECK(result.status == 1);
  CHECK_THAT(result.err, contains("track 'two'") && contains("holds no mixture of track 'two'") &&
                             contains("1 of 3 tracks failed"));
  CHECK_THAT(result.out, contains("one") && contains("three") && contains("SDRi"));
}

TEST_CASE("a link that leads nowhere beside folders of tracks fails alone") {
  TwoSources folder;
  folder.add_track("tracks/one", "stems/one", 10, rate);
  std::filesystem::create_symlink("missing.wav", folder / "tracks/x.wav");
  const auto result = run_program({"evaluate", folder.at("tracks"), folder.at("stems")});
  CHECK(result.status == 1);
  CHECK_THAT(result.err, contains("track 'x.wav'") && contains("1 of 2 tracks failed"));
  CHECK_THAT(result.out, contains("one"));
}

TEST_CASE("evaluate warns of a track that only the estimates have") {
  TwoSources folder;
  folder.add_track("tracks/one", "stems/one", 10, rate);
  folder.add_track("more/two", "stems/two", 10, rate);
  const auto result = run_program({"evaluate", folder.at("tracks"), folder.at("stems")});
  CHECK(result.status == 0);
  CHECK_THAT(result.err, contains("stems/two': has no references in"));
}

TEST_CASE("evaluate warns in the order of the tracks, whichever is done first") {
  TwoSources folder;
  for (int t = 1; t <= 6; ++t) {
    const std::string name = std::to_string(t);
    folder.add_track("tracks/" + name, "stems/" + name, 10, rate);
    folder.write("stems/" + name + "/a.wav", Matrix::Zero(rate, 1));
  }
  const auto result =
      run_program({"evaluate", folder.at("tracks"), folder.at("stems"), "--threads", "6"});
  std::size_t at = 0;
  for (const char* name : {"'1'", "'2'", "'3'", "'4'", "'5'", "'6'"}) {
    at = result.err.find(name, at);
    REQUIRE(at != std::string::npos);
  }
}

TEST_CASE("evaluate learns before the work that an output cannot be written") {
  const TwoSources folder;
  std::filesystem::create_directory(folder / "mus");
  for (const char* taken : {"taken.csv", "mus/est.json"}) std::ofstream(folder / taken) << "old";
  const auto before = folder.entries();
  const auto check = [&](const std::vector<std::string>& outputs, const std::string& message,
                         int status) {
    CHECK_THAT(failure(folder.evaluate(outputs), status), contains(message));
    CHECK(folder.entries() == before);
  };
  const std::string scores = folder.at("new.json");
  check({"--json", scores, "--csv", folder.at("taken.csv")}, "taken.csv': exists", 1);
  check({"--json", scores, "--museval-json", folder.at("mus")}, "mus/est.json': exists", 1);
  check({"--json", scores, "--csv", folder.at("none/new.csv")}, "none", 1);
  check({"--json", scores, "--csv", scores}, "two outputs", 2);
  check({"--overwrite", "--csv", folder.at("ref/a.wav")}, "is an input and an output", 2);
  check({"--museval-json", folder.at("new"), "--resume", folder.at("new")}, "two outputs", 2);
  check({"--csv", "-"}, "only --json can go to stdout", 2);
  check({"--csv", ""}, "--csv: is empty", 2);
}

TEST_CASE("evaluate keeps the scores of finished tracks and uses them again") {
  TwoSources folder;
  folder.add_track("tracks/one", "stems/one", 10, rate);
  const std::vector<std::string> arguments = {"evaluate", folder.at("tracks"), folder.at("stems"),
                                              "--resume", folder.at("kept"),   "--json",
                                              "-"};
  const auto first = run_program(arguments);
  REQUIRE(first.status == 0);
  // What was kept is believed while nothing changed, and not any more afterwards.
  json kept = json::parse(test::read_bytes(folder / "kept/one.json"));
  kept["track"]["sources"][0]["sdr"] = 123.0;
  std::ofstream(folder / "kept/one.json") << kept;
  CHECK_THAT(run_program(arguments).out, contains("123.0"));
  folder.add_track("tracks/one", "stems/one", 40, rate + 100);
  CHECK_FALSE(json::parse(run_program(arguments).out) == json::parse(first.out));
}

TEST_CASE(
    "evaluate of many tracks can be interrupted at any time, and goes on to the same scores") {
  TwoSources folder;
  for (std::uint64_t t = 0; t < 8; ++t) {
    const std::string name = std::to_string(t);
    folder.add_track("tracks/" + name, "stems/" + name, 10 * t, 20 * rate);
  }
  std::vector<std::string> arguments = {
      "evaluate", folder.at("tracks"), folder.at("stems"), "--json", "-", "--threads", "4"};
  const std::string expected = run_program(arguments).out;
  arguments.insert(arguments.end(), {"--resume", folder.at("kept")});
  test::ProgramOptions options;
  for (options.interrupt_after_ms = 20; options.interrupt_after_ms <= 240;
       options.interrupt_after_ms += 20) {
    const auto interrupted = run_program(arguments, options);
    INFO("interrupted after " << options.interrupt_after_ms << " ms: " << interrupted.err);
    const bool in_time = interrupted.status == 130 || interrupted.status == 0;
    CHECK(in_time);
    const auto resumed = run_program(arguments);
    CHECK(resumed.status == 0);
    CHECK(resumed.out == expected);
    std::filesystem::remove_all(folder / "kept");
  }
}

TEST_CASE("evaluate does not believe kept scores that are damaged or answer another question") {
  const TwoSources folder;
  const json expected = folder.scores();
  std::filesystem::create_directory(folder / "kept");
  const std::vector<std::string> resume = {"--resume", folder.at("kept")};
  for (const char* damaged : {"", "{", "[]", R"({"key": 3, "track": {}})", R"({"track": 1})"}) {
    std::ofstream(folder / "kept/est.json") << damaged;
    CHECK(folder.scores(resume) == expected);
  }
  json kept = json::parse(test::read_bytes(folder / "kept/est.json"));
  for (const json& track : {json(), json(1), json{{"name", "est"}}, json{{"sources", {1}}}}) {
    kept["track"] = track;
    std::ofstream(folder / "kept/est.json") << kept;
    CHECK(folder.scores(resume) == expected);
  }
  const json crossed = folder.scores({"--map", "a=b", "--map", "b=a"});
  CHECK_FALSE(crossed == expected);
  CHECK(folder.scores({"--map", "a=b", "--map", "b=a", "--resume", folder.at("kept")}) == crossed);
  CHECK(folder.scores(resume) == expected);
  const json frames = folder.scores({"--frame-scores", "--resume", folder.at("kept")});
  CHECK(frames.at("tracks")[0].at("sources")[0].contains("frames"));
}

TEST_CASE("evaluate refuses what does not fit together and says which") {
  const TwoSources folder;
  folder.write("est/b.wav", test::noise(1, 2 * rate), 2 * rate);
  CHECK_THAT(failure(folder.evaluate()),
             contains("est/b.wav") && contains("ref/a.wav") && contains("16000 and 8000 Hz"));
  folder.write("est/b.wav", test::noise(1, rate, 2));
  CHECK_THAT(failure(folder.evaluate()), contains("2 and 1 channels"));
  folder.write("est/b.wav", test::noise(1, rate - 7));
  CHECK_THAT(failure(folder.evaluate()),
             contains("7993 and 8000 samples") && contains("--align pad"));
  CHECK(folder.evaluate({"--align", "pad"}).status == 0);
  CHECK(folder.scores({"--align", "trim"}).at("tracks")[0].at("seconds") == 7993.0 / rate);

  folder.write("est/b.wav", test::noise(1, rate));
  break_last_sample(folder / "est/b.wav");
  CHECK_THAT(failure(folder.evaluate()),
             contains("est/b.wav") && contains("nan") && contains("at 1.000 s"));
}

TEST_CASE("evaluate refuses wrong usage and missing folders") {
  const TwoSources folder;
  CHECK_THAT(failure(run_program({"evaluate", folder.at("ref"), folder.at("none")})),
             contains("none': no such file or folder"));
  CHECK_THAT(failure(run_program({"evaluate", folder.at("ref"), folder.at("est/a.wav")})),
             contains("give two files or two folders"));
  CHECK_THAT(failure(folder.evaluate({"--metrics", "sdr,loudness"}), 2), contains("'loudness'"));
  CHECK_THAT(failure(folder.evaluate({"--filter-length", "0"}), 2),
             contains("--filter-length = 0"));
  CHECK_THAT(failure(folder.evaluate({"--metrics", "sdr,SDR"}), 2),
             contains("'SDR' is given twice"));
  CHECK_THAT(failure(folder.evaluate({"--frame", "-1"}), 2), contains("--frame = -1"));
  CHECK_THAT(failure(folder.evaluate({"--frame", "0.00001"}), 2), contains("--frame = 1e-05"));
  CHECK_THAT(failure(folder.evaluate({"--frame", "1", "--hop", "0.00001"}), 2),
             contains("--hop = 1e-05"));
  CHECK_THAT(failure(folder.evaluate({"--hop", "0.5"}), 2), contains("give --frame too"));
  CHECK(folder.evaluate({"--preset", "loud"}).status == 2);
  std::filesystem::create_directory(folder / "empty");
  CHECK_THAT(failure(run_program({"evaluate", folder.at("empty"), folder.at("est")})),
             contains("empty': holds neither audio files nor folders of tracks"));
}

TEST_CASE("evaluate refuses a --map that it cannot follow") {
  const TwoSources folder;
  CHECK_THAT(failure(folder.evaluate({"--map", "a"}), 2), contains("REF=EST"));
  CHECK_THAT(failure(folder.evaluate({"--map", "zz=a"}), 2),
             contains("no reference is called zz; there are a, b"));
  CHECK_THAT(failure(folder.evaluate({"--map", "a=a", "--map", "a=b"}), 2),
             contains("a second time"));
  CHECK_THAT(failure(run_program({"evaluate", folder.at("ref/a.wav"), folder.at("est/a.wav"),
                                  "--map", "a=a"}),
                     2),
             contains("two files are matched as they are"));
  CHECK(run_program({"evaluate", "--map", "a=a", folder.at("ref"), folder.at("est")}).status == 0);
}

TEST_CASE("names with DEL or C1 do not reach the terminal through JSON, and are read as they are") {
  const test::TemporaryFolder folder;
  const std::string name =
      "a\x7f"
      "b\xc2\x9b"
      "c\xc3\xa9";
  test::write_audio(folder / (name + ".wav"), test::tone(440, 0.2, 8000));
  const auto result =
      run_program({"evaluate", name + ".wav", name + ".wav", "--metrics", "si_sdr", "--json", "-"},
                  {folder.path()});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, contains("a\\u007fb\\u009bc\xc3\xa9"));
  CHECK(json::parse(result.out)["tracks"][0]["name"] == name);
}
