// Which estimate is scored against which reference, and what of it is shown.
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

/// The estimates of a and b are called 2 and 1, and 3 is of neither.
class Unnamed : public TwoSources {
 public:
  Unnamed() {
    std::filesystem::rename(*this / "est/a.wav", *this / "est/2.wav");
    std::filesystem::rename(*this / "est/b.wav", *this / "est/1.wav");
    write("est/3.wav", test::noise(77, rate));
  }
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE(
    "the flag --permute goes by what is in the files, and table, CSV and JSON say what was taken") {
  const Unnamed folder;
  const auto result = folder.evaluate(
      {"--permute", "--csv", folder.at("scores.csv"), "--json", folder.at("scores.json")});
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK_THAT(result.out, contains("track   source  estimate    SDR    SIR    SAR") &&
                             contains("est     a       2 ") && contains("est     b       1 "));
  CHECK_THAT(result.err, contains("'est': estimate '3' is of no reference"));
  CHECK_THAT(test::read_bytes(folder / "scores.csv"),
             contains("track,source,estimate,time,duration,sdr,sir,sar\r\nest,a,2,,,") &&
                 contains("\r\nest,b,1,,,"));
  const json track = json::parse(test::read_bytes(folder / "scores.json")).at("tracks")[0];
  CHECK(track.at("sources")[0].at("estimate") == "2");
  CHECK(track.at("sources")[1].at("estimate") == "1");
  CHECK(track.at("unassigned") == json::array({"3"}));
}

TEST_CASE("the flag --permute scores as names do, and does not take them") {
  const Unnamed folder;
  const TwoSources named;
  const json expected = named.scores().at("tracks")[0].at("sources");
  const json found = folder.scores({"--permute"}).at("tracks")[0].at("sources");
  for (const char* metric : {"sdr", "sir", "sar"})
    CHECK(found[0].at(metric).get<double>() == Approx(expected[0].at(metric).get<double>()));
  CHECK_THAT(failure(folder.evaluate({"--permute", "--map", "a=2"}), 2),
             contains("--map: names do not count with --permute"));
  std::filesystem::remove(folder / "est/1.wav");
  std::filesystem::remove(folder / "est/3.wav");
  CHECK_THAT(failure(folder.evaluate({"--permute"})), contains("holds 2 for the 2 references"));
}

TEST_CASE("estimates without a reference are refused, or left out and named") {
  const TwoSources folder;
  const json expected = folder.scores().at("tracks");
  folder.write("est/extra.wav", test::noise(5, rate));
  CHECK_THAT(failure(folder.evaluate()),
             contains("est/extra.wav': has no reference") && contains("--leave-out-extra"));
  const auto result = folder.evaluate({"--leave-out-extra", "--json", "-"});
  REQUIRE(result.status == 0);
  CHECK_THAT(result.err, contains("est/extra.wav': has no reference and is left out"));
  CHECK(json::parse(result.out).at("tracks") == expected);
}

TEST_CASE(
    "the flag --group scores a sum of references, against one estimate or the sum of theirs") {
  const TwoSources folder;
  folder.write("ref/c.wav", test::noise(9, rate, 1, 0.3F));
  folder.write("est/c.wav", test::noise(9, rate, 1, 0.29F));
  const json sums =
      folder.scores({"--group", "rest=b,c", "--metrics", "snr"}).at("tracks")[0].at("sources");
  REQUIRE(sums.size() == 2);
  CHECK(sums[1].at("name") == "rest");
  CHECK(sums[1].at("snr").get<double>() > 5.0);
  CHECK_THAT(failure(folder.evaluate({"--group", "rest"}), 2), contains("--group rest: must be"));
  CHECK_THAT(failure(folder.evaluate({"--group", "rest=b,x"})),
             contains("no group 'rest' can be made of b, x"));
}

TEST_CASE("names in decomposed letters and wide ones keep the table's columns") {
  const TwoSources folder;
  // e and a combining accent, as macOS has it; two wide characters
  const std::string accent = "re\xCC\x81sume\xCC\x81";
  const std::string wide = "\xE5\xA3\xB0\xE9\x9F\xB3";
  for (const char* side : {"ref", "est"}) {
    std::filesystem::rename(folder / side / "a.wav", folder / side / (accent + ".wav"));
    std::filesystem::rename(folder / side / "b.wav", folder / side / (wide + ".wav"));
  }
  const auto lines = lines_of(folder.evaluate().out);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].find("track   source ") == 0);
  CHECK_THAT(lines[1], contains("est     " + accent + "  "));
  CHECK_THAT(lines[2], contains("est     " + wide + "    "));
  const auto width = [&](std::size_t line) { return lines[line].size(); };
  CHECK(width(1) - 2 * 2 == width(0));  // two accents of two bytes
  CHECK(width(2) - 2 == width(0));      // two characters of three bytes and two columns
}

TEST_CASE("messages name flags") {
  const TwoSources folder;
  CHECK_THAT(failure(folder.evaluate({"--filter-length", "0"}), 2),
             contains("--filter-length = 0, must be from 1 to 65536"));
  CHECK_THAT(failure(folder.evaluate({"--metrics", "sdr,isr"}), 2),
             contains("--metrics: isr is a ratio of images") && contains("--criteria images"));
  CHECK(folder.evaluate({"--metrics", "isr", "--criteria", "images"}).status == 0);
  folder.write("ref/b.wav", test::noise(2, rate + 5));
  CHECK_THAT(failure(folder.evaluate()), contains("pass --align pad or --align trim"));
  const std::string message = failure(folder.evaluate({"--align", "pad"}));
  CHECK_THAT(message, contains("8005 and 8000 samples") && contains("pass --align trim"));
  CHECK(message.find("pass --align pad") == std::string::npos);
  CHECK(folder.evaluate({"--align", "trim"}).status == 0);
}

TEST_CASE("filters longer than the signals are cheap, and explain nothing") {
  const TwoSources folder;
  for (const char* name : {"ref/a", "ref/b", "est/a", "est/b"})
    folder.write(std::string(name) + ".wav", test::noise(name[4], 4000));
  const auto result = folder.evaluate({"--filter-length", "5000", "--json", "-"});
  REQUIRE(result.status == 0);
  CHECK_THAT(result.err, contains("more unknowns than there are samples") &&
                             contains("pass a smaller --filter-length") &&
                             !contains("predict each other"));
  const json track = json::parse(result.out).at("tracks")[0];
  CHECK(track.at("underdetermined") == true);
  CHECK(track.at("sources")[0].at("sir").is_null());
  CHECK(track.at("sources")[0].at("sar").is_null());
}

TEST_CASE("the flag --aggregate says how tracks are spread") {
  TwoSources folder;
  for (const std::string name : {"one", "two", "three", "four"})
    folder.add_track("tracks/" + name, "stems/" + name, name[1], rate);
  const auto result =
      run_program({"evaluate", folder.at("tracks"), folder.at("stems"), "--aggregate",
                   "mean,min,max,quartiles,std", "--json", folder.at("scores.json")});
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK_THAT(result.out, contains("mean            all") && contains("\nlower_quartile  a ") &&
                             contains("\nstd             all "));
  const json scores = json::parse(test::read_bytes(folder / "scores.json"));
  const json& all = scores.at("aggregate").at("all");
  CHECK(scores.at("aggregate").at("statistic") == "mean");
  CHECK(all.at("spread").at("min").at("sdr") <= all.at("spread").at("lower_quartile").at("sdr"));
  CHECK(all.at("spread").at("upper_quartile").at("sdr") <= all.at("spread").at("max").at("sdr"));
  CHECK(all.at("spread").at("std").at("sdr").get<double>() > 0.0);
  CHECK_THAT(failure(run_program({"evaluate", folder.at("tracks"), folder.at("stems"),
                                  "--aggregate", "median,mode"}),
                     2),
             contains("--aggregate: 'mode' is none of median, mean, min, max, quartiles, std"));
}

TEST_CASE(
    "some references are scored alone, and a mixture beside them is none by any of its names") {
  const TwoSources folder;
  const json expected = folder.scores().at("tracks")[0].at("sources")[0];
  std::filesystem::rename(folder / "est/b.wav", folder / "est/rest.wav");
  test::write_audio(folder / "ref/mix.wav", {folder.mixture(), rate});
  const auto refused = folder.evaluate();
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, contains("b.wav': has no estimate in") &&
                              contains("which holds a, rest") && contains("--group NAME=A,B") &&
                              contains("--sources"));
  const json alone = folder.scores({"--sources", "a"}).at("tracks")[0].at("sources");
  REQUIRE(alone.size() == 1);
  CHECK(alone[0].at("name") == "a");
  CHECK(alone[0].at("sdr").get<double>() == Approx(expected.at("sdr").get<double>()));
  CHECK(folder.scores({"--ignore", "b,rest"}).at("tracks")[0].at("sources").size() == 1);
  CHECK_THAT(folder.evaluate({"--sources", "c"}).err, contains("holds no 'c', but a, b"));
  CHECK(folder.evaluate({"--sources", "a", "--mixture", folder.at("ref")}).status == 0);
}

TEST_CASE("the flag --combine gives components to references and scores their sums") {
  const TwoSources folder;
  const json expected = folder.scores().at("tracks")[0].at("sources");
  for (const std::string name : {"a", "b"}) {
    const Matrix whole = read_audio(folder / ("est/" + name + ".wav")).samples;
    Matrix first = whole, second = whole;
    first.bottomRows(rate / 2).setZero();
    second.topRows(rate / 2).setZero();
    folder.write("est/" + name + "1.wav", first);
    folder.write("est/" + name + "2.wav", second);
    std::filesystem::remove(folder / ("est/" + name + ".wav"));
  }
  const auto result = folder.evaluate({"--combine", "--csv", folder.at("scores.csv")});
  REQUIRE(result.status == 0);
  CHECK_THAT(result.out, contains("est     a       a1+a2") && contains("est     b       b1+b2") &&
                             contains("components given to references reach a mean SDR of ") &&
                             contains(" dB greedily, ") && contains(" dB at best"));
  CHECK_THAT(test::read_bytes(folder / "scores.csv"), contains("\r\nest,a,a1+a2,"));
  const json track = folder.scores({"--combine"}).at("tracks")[0];
  for (const std::size_t j : {0, 1})
    CHECK(track.at("sources")[j].at("sdr").get<double>() ==
          Approx(expected[j].at("sdr").get<double>()).margin(1e-3));
  CHECK(track.at("combination").at("best_sdr").get<double>() ==
        Approx(track.at("combination").at("greedy_sdr").get<double>()));
  const std::vector<std::string> kept = {"--combine", "--resume", folder.at("kept")};
  CHECK(folder.scores(kept).at("tracks")[0] == track);
  CHECK(folder.scores(kept).at("tracks")[0] == track);  // as it was kept
  CHECK_THAT(failure(folder.evaluate({"--combine", "--permute"}), 2),
             contains("leave out --permute"));
  CHECK_THAT(failure(folder.evaluate({"--combine", "--map", "a=a1"}), 2), contains("--combine"));
}

TEST_CASE("a file that is the sum of the others is taken for the mixture, and that is said") {
  const TwoSources folder;
  const json expected = folder.scores().at("tracks");
  const std::string where = GENERATE("ref", "est");
  const Matrix sum = read_audio(folder / (where + "/a.wav")).samples +
                     read_audio(folder / (where + "/b.wav")).samples;
  folder.write(where + "/song.wav", sum);
  const auto result = folder.evaluate({"--json", "-"});
  REQUIRE(result.status == 0);
  CHECK_THAT(result.err, contains(where + "/song.wav': is the sum of the others in its folder"));
  CHECK(json::parse(result.out).at("tracks") == expected);
  folder.write(where + "/song.wav", 0.9F * sum);
  CHECK_THAT(failure(folder.evaluate()), contains("song.wav': has no "));
}
