#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cmath>
#include <fstream>

#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using nlohmann::json;
using test::ProgramResult;
using test::run_program;
using test::write_audio;

namespace {

constexpr int rate = 8000;

/// ref/a.wav, ref/b.wav and est/a.wav, est/b.wav: noises, each with a little of the other.
class TwoSources : public test::TemporaryFolder {
 public:
  TwoSources() { add_track("ref", "est", 1, rate); }

  std::string at(const std::string& name) const { return (path() / name).string(); }

  void add_track(const std::string& ref, const std::string& est, std::uint64_t seed, Index frames) {
    const Matrix a = test::noise(seed, frames, 1, 0.3F);
    const Matrix b = test::noise(seed + 1, frames, 1, 0.3F);
    write(ref + "/a.wav", a);
    write(ref + "/b.wav", b);
    write(est + "/a.wav", 0.9F * a + 0.1F * b + test::noise(seed + 2, frames, 1, 0.01F));
    write(est + "/b.wav", 0.9F * b + 0.2F * a + test::noise(seed + 3, frames, 1, 0.01F));
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

  json scores(std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--json", "-"});
    const ProgramResult result = evaluate(more);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return json::parse(result.out);
  }

 private:
  Matrix mixture_;
};

/// Puts NaN in place of the last sample of a 32-bit float WAV file.
void break_last_sample(const std::filesystem::path& path) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(-4, std::ios::end);
  file.write("\x00\x00\xC0\x7F", 4);
}

/// The message of a run that fails with `status` and writes nothing to stdout.
std::string failure(const ProgramResult& result, int status = 1) {
  CHECK(result.status == status);
  CHECK(result.out.empty());
  return result.err;
}

}  // namespace

TEST_CASE("evaluate prints a table and writes the same scores as JSON") {
  const TwoSources folder;
  const auto result = folder.evaluate({"--json", folder.at("scores.json")});
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK(result.err.empty());
  CHECK_THAT(result.out, contains("track   source    SDR    SIR    SAR\n"));
  const json scores = json::parse(test::read_bytes(folder / "scores.json"));
  CHECK(scores.at("format") == "nmfsep-evaluation");
  CHECK(scores.at("version") == 1);
  CHECK(scores.at("settings").at("filter_length") == 512);
  const json& source = scores.at("tracks").at(0).at("sources").at(0);
  CHECK(source.at("name") == "a");
  CHECK(source.at("sir").get<double>() == Approx(20 * std::log10(9)).margin(1.5));
  CHECK(source.at("sar").get<double>() > source.at("sir").get<double>());
  CHECK(scores.at("aggregate").at("tracks") == 1);
  CHECK(scores.at("aggregate").at("all").contains("sdr"));
}

TEST_CASE("evaluate matches files by name, whatever their kind, and never by order") {
  const TwoSources folder;
  const json expected = folder.scores().at("tracks");
  std::filesystem::rename(folder / "est/a.wav", folder / "est/z.wav");
  const json renamed = folder.scores({"--map", "a=z"}).at("tracks");
  CHECK(renamed == expected);

  const auto both = failure(folder.evaluate());
  CHECK_THAT(both, contains("ref/a.wav': has no estimate") && contains("holds b, z") &&
                       contains("--map a=NAME"));
  std::filesystem::remove(folder / "ref/a.wav");
  CHECK_THAT(failure(folder.evaluate()), contains("est/z.wav': has no reference"));
}

TEST_CASE("evaluate finds a permutation on request") {
  const TwoSources folder;
  const json expected = folder.scores().at("tracks")[0].at("sources");
  std::filesystem::rename(folder / "est/a.wav", folder / "est/c.wav");
  std::filesystem::rename(folder / "est/b.wav", folder / "est/a.wav");
  std::filesystem::rename(folder / "est/c.wav", folder / "est/b.wav");
  const json found = folder.scores({"--permute"}).at("tracks")[0].at("sources");
  CHECK(found[0].at("estimate") == "b");
  CHECK(found[0].at("sdr").get<double>() == Approx(expected[0].at("sdr").get<double>()));
}

TEST_CASE("evaluate scores two files") {
  const TwoSources folder;
  const auto result = run_program({"evaluate", folder.at("ref/a.wav"), folder.at("est/a.wav"),
                                   "--metrics", "si-sdr,SIR,stoi", "--json", "-"});
  REQUIRE(result.status == 0);
  const json source = json::parse(result.out).at("tracks")[0].at("sources")[0];
  CHECK(source.at("si_sdr").get<double>() == Approx(19.0).margin(1.0));
  CHECK(source.at("sir").is_null());
  CHECK(source.at("stoi").get<double>() > 0.9);
}

TEST_CASE("evaluate scores folders of tracks, names the one that fails and scores the others") {
  TwoSources folder;
  folder.add_track("tracks/one", "stems/one", 10, rate);
  folder.add_track("tracks/two", "stems/two", 20, rate);
  folder.add_track("tracks/three", "stems/three", 30, rate);
  folder.write("stems/two/b.wav", test::noise(1, rate + 1));
  const auto result = run_program({"evaluate", folder.at("tracks"), folder.at("stems"), "--json",
                                   folder.at("scores.json"), "--csv", folder.at("scores.csv")});
  CHECK(result.status == 1);
  CHECK_THAT(result.err, contains("track 'two'") && contains("8001 and 8000 samples") &&
                             contains("1 of 3 tracks failed"));
  CHECK_THAT(result.out, contains("three") && contains("median"));
  const json scores = json::parse(test::read_bytes(folder / "scores.json"));
  CHECK(scores.at("aggregate").at("tracks") == 2);
  CHECK(scores.at("aggregate").at("failed") == 1);
  CHECK(scores.at("tracks")[2].contains("error"));
  CHECK_THAT(test::read_bytes(folder / "scores.csv"),
             contains("track,source,time,duration,sdr,sir,sar\r\none,a,,,"));
}

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

TEST_CASE("evaluate tells what the mixture already scores") {
  const TwoSources folder;
  folder.write("mixture.wav", folder.mixture());
  const json scores = folder.scores({"--mixture", folder.at("mixture.wav")});
  const json& source = scores.at("tracks")[0].at("sources")[0];
  CHECK(source.at("sdr_improvement").get<double>() ==
        Approx(source.at("sdr").get<double>()).margin(1.0));
  const json& aggregate = scores.at("aggregate").at("sources")[0];
  CHECK(aggregate.at("gnsdr").get<double>() == source.at("sdr_improvement").get<double>());
}

TEST_CASE("evaluate writes museval's files, a frame a second") {
  TwoSources folder;
  folder.add_track("ref", "est", 5, 2 * rate);
  const auto result = folder.evaluate({"--preset", "museval", "--museval-json", folder.at("mus")});
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK_THAT(result.out, contains("SDR    ISR    SIR    SAR"));
  const json document = json::parse(test::read_bytes(folder / "mus/est.json"));
  const json& frame = document.at("targets")[1].at("frames")[1];
  CHECK(document.at("targets")[1].at("name") == "b");
  CHECK(frame.at("time") == 1.0);
  CHECK(frame.at("duration") == 1.0);
  const auto sdr = frame.at("metrics").at("SDR").get<double>();
  CHECK(sdr * 1e5 == Approx(std::round(sdr * 1e5)).margin(1e-6));
}

TEST_CASE("silence is undefined, counted and left out, and JSON stays legal") {
  TwoSources folder;
  Matrix half = test::noise(9, 2 * rate);
  folder.add_track("ref", "est", 5, 2 * rate);
  half.topRows(rate).setZero();
  folder.write("ref/a.wav", half);
  const auto result = folder.evaluate({"--frame", "1", "--frame-scores", "--json", "-"});
  REQUIRE(result.status == 0);
  CHECK_THAT(result.err, contains("1 of 2 frames of 'a' are silent"));
  const json source = json::parse(result.out).at("tracks")[0].at("sources")[0];
  CHECK(source.at("undefined_frames") == 1);
  CHECK(source.at("frames")[0].at("sdr").is_null());
  CHECK(source.at("sdr") == source.at("frames")[1].at("sdr"));
}

TEST_CASE("evaluate tells of a shift in time that ruins the scores") {
  const TwoSources folder;
  Matrix late = Matrix::Zero(rate, 1);
  late.bottomRows(rate - 1006) = test::noise(1, rate, 1, 0.3F).topRows(rate - 1006);
  folder.write("est/a.wav", late);
  CHECK_THAT(folder.evaluate().err, contains("estimate of 'a' is 1006 samples too late"));
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
  CHECK_THAT(failure(folder.evaluate({"--filter-length", "0"}), 2), contains("filter_length = 0"));
  CHECK_THAT(failure(folder.evaluate({"--metrics", "sdr,SDR"}), 2),
             contains("'sdr' is given twice"));
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

TEST_CASE("evaluate gives the same bytes on any number of threads") {
  const TwoSources folder;
  const std::string expected = folder.evaluate({"--json", "-", "--threads", "1"}).out;
  for (const char* threads : {"2", "7"})
    CHECK(folder.evaluate({"--json", "-", "--threads", threads}).out == expected);
}
