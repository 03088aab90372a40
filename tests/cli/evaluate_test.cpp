#include <algorithm>
#include <cmath>

#include "cli/two_sources.hpp"
#include "support/bytes.hpp"

using namespace nmfsep;
using nlohmann::json;
using test::failure;
using test::rate;
using test::run_program;
using test::TwoSources;

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

TEST_CASE("the preset mdx is the challenge's ratio over all samples, and its tracks' mean") {
  TwoSources folder;
  folder.add_track("tracks/one", "stems/one", 10, rate);
  folder.add_track("tracks/two", "stems/two", 20, 2 * rate);
  folder.write("tracks/two/b.wav", Matrix::Zero(2 * rate, 1));
  const auto result = run_program({"evaluate", folder.at("tracks"), folder.at("stems"), "--preset",
                                   "mdx", "--json", folder.at("scores.json")});
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK_THAT(result.out, contains("track  source  MDX-SDR\n") && contains("\nmean "));
  const auto expected = [&](const std::string& name) {
    const Matrix reference = read_audio(folder / ("tracks/" + name)).samples;
    const Matrix estimate = read_audio(folder / ("stems/" + name)).samples;
    const double error = (estimate.cast<double>() - reference.cast<double>()).squaredNorm();
    return 10 * std::log10((reference.cast<double>().squaredNorm() + 1e-7) / (error + 1e-7));
  };
  const json scores = json::parse(test::read_bytes(folder / "scores.json"));
  double sum = 0;
  for (std::size_t t = 0; t < 2; ++t)
    for (std::size_t j = 0; j < 2; ++j) {
      const json& source = scores.at("tracks")[t].at("sources")[j];
      const std::string name = std::string(t == 0 ? "one/" : "two/") + (j == 0 ? "a" : "b");
      CHECK(source.at("mdx_sdr").get<double>() == Approx(expected(name + ".wav")).margin(1e-9));
      sum += source.at("mdx_sdr").get<double>();
    }
  CHECK(scores.at("tracks")[1].at("sources")[1].at("mdx_sdr") < -80);  // silence, and yet defined
  CHECK(scores.at("aggregate").at("statistic") == "mean");
  CHECK(scores.at("aggregate").at("all").at("mdx_sdr").get<double>() == Approx(sum / 4));
}

TEST_CASE("global scores and medians of tracks follow from the tracks' own") {
  TwoSources folder;
  const std::vector<std::string> names = {"one", "two", "three", "four"};
  for (std::size_t t = 0; t < names.size(); ++t) {
    const auto seconds = static_cast<Index>(t + 1);
    folder.add_track("tracks/" + names[t], "stems/" + names[t], 10 * (t + 1), seconds * rate);
    folder.write("mixtures/" + names[t] + ".wav", folder.mixture());
  }
  const auto result = run_program({"evaluate", folder.at("tracks"), folder.at("stems"), "--mixture",
                                   folder.at("mixtures"), "--json", "-"});
  INFO(result.err);
  REQUIRE(result.status == 0);
  const json scores = json::parse(result.out);
  const json& summary = scores.at("aggregate").at("sources")[0];
  const auto of_tracks = [&](const char* metric) {
    std::vector<std::pair<double, double>> found;  // length and score
    for (const json& track : scores.at("tracks"))
      found.emplace_back(track.at("seconds"), track.at("sources")[0].at(metric));
    return found;
  };
  for (const auto& [global, metric] :
       {std::pair{"gnsdr", "sdr_improvement"}, {"gsir", "sir"}, {"gsar", "sar"}}) {
    double sum = 0;
    for (const auto& [seconds, score] : of_tracks(metric)) sum += seconds * score;
    CHECK(summary.at(global).get<double>() == Approx(sum / 10));
  }
  std::vector<double> sdrs;
  for (const auto& [seconds, score] : of_tracks("sdr")) sdrs.push_back(score);
  std::sort(sdrs.begin(), sdrs.end());
  CHECK(summary.at("sdr").get<double>() == Approx((sdrs[1] + sdrs[2]) / 2));
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

TEST_CASE("a shift of up to 8192 samples is found, early or late, and none beyond") {
  TwoSources folder;
  folder.add_track("ref", "est", 1, 4 * rate);
  const Matrix a = read_audio(folder / "ref/a.wav").samples;
  const auto said_of = [&](Index shift) {
    Matrix moved = Matrix::Zero(a.rows(), 1);
    const Index kept = a.rows() - std::abs(shift);
    if (shift > 0)
      moved.bottomRows(kept) = a.topRows(kept);
    else
      moved.topRows(kept) = a.bottomRows(kept);
    folder.write("est/a.wav", moved);
    return folder.evaluate().err;
  };
  CHECK_THAT(said_of(8192), contains("estimate of 'a' is 8192 samples too late"));
  CHECK_THAT(said_of(-8192), contains("estimate of 'a' is 8192 samples too early"));
  CHECK_THAT(said_of(8193), !contains("samples too"));
  CHECK_THAT(said_of(-8193), !contains("samples too"));
}

TEST_CASE("evaluate gives the same bytes on any number of threads") {
  const TwoSources folder;
  const std::string expected = folder.evaluate({"--json", "-", "--threads", "1"}).out;
  for (const char* threads : {"2", "7"})
    CHECK(folder.evaluate({"--json", "-", "--threads", threads}).out == expected);
}
