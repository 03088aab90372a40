// nmfsep report: the page that plays, as a file.
#include <nlohmann/json.hpp>

#include "cli/report_page.hpp"
#include "support/catch.hpp"
#include "support/trained_models.hpp"

using namespace nmfsep;
using test::fact;

namespace {

/// A separation of two tones, with references.
class Separated : public test::TrainedModels {
 public:
  Separated() {
    must({"separate", "mix.wav", "-m", "low.safetensors", "high.safetensors", "-o", "out",
          "--save-activations", "found", "--json", "separate.json"});
    std::filesystem::create_directory(*this / "references");
    for (const char* name : {"low", "high"})
      std::filesystem::copy(*this / (std::string(name) + ".wav"), *this / "references");
  }

  test::ProgramResult run(const std::vector<std::string>& words) const {
    return test::run_program(words, {path()});
  }

  void must(const std::vector<std::string>& words) const {
    const auto result = run(words);
    INFO(result.err);
    REQUIRE(result.status == 0);
  }

  nlohmann::json data(const std::string& page) const { return test::data_of(*this / page); }
};

}  // namespace

TEST_CASE("a report holds mixture, stems, references, scores, atoms, settings and cost") {
  const Separated folder;
  folder.must({"report", "out/mix", "-o", "page.html", "--mixture", "mix.wav", "--references",
               "references", "-m", "low.safetensors", "-m", "high.safetensors", "--activations",
               "found/mix", "--separation", "separate.json"});
  const auto data = folder.data("page.html");
  std::vector<std::string> names;
  for (const auto& track : data["tracks"]) {
    names.push_back(track["name"]);
    CHECK(track["picture"].get<std::string>().starts_with("iVBORw0KGgo"));  // PNG
    CHECK(track["audio"].get<std::string>().starts_with("ZkxhQ"));          // fLaC
  }
  CHECK(names ==
        std::vector<std::string>{"mixture", "high", "low", "high (reference)", "low (reference)"});
  CHECK(data["tracks"][3]["of"] == 1);
  CHECK(data["tracks"][4]["of"] == 2);
  CHECK(data["seconds"] == 1.5);
  // As `evaluate` scores them.
  const auto evaluated = folder.run({"evaluate", "references", "out/mix", "--mixture", "mix.wav",
                                     "--json", "-", "--metrics", "sdr", "--oracle", "irm2"});
  REQUIRE(evaluated.status == 0);
  const auto sources = nlohmann::json::parse(evaluated.out)["tracks"][0]["sources"];
  const auto& rows = data["scores"]["rows"];
  REQUIRE(rows.size() == 6);
  CHECK(rows[0][0] == "high");
  CHECK(rows[0][1] == "stem");
  CHECK(std::stod(rows[0][2].get<std::string>()) ==
        Approx(sources[0]["sdr"].get<double>()).margin(0.006));
  CHECK(rows[1][1] == "oracle irm2");
  CHECK(rows[2][1] == "mixture");
  REQUIRE(data["dictionaries"].size() == 2);
  CHECK(data["dictionaries"][0]["source"] == "low");
  CHECK(data["dictionaries"][0]["names"].size() == 5);
  CHECK(data["dictionaries"][0].contains("activations"));
  CHECK(data["curve"].contains("dark"));
  CHECK_THAT(fact(data, "Command"), contains("nmfsep separate mix.wav"));
  CHECK_THAT(fact(data, "Settings"), contains("seed 0"));
  CHECK(fact(data, "SHA-256 of mix.wav").size() == 64);
}

TEST_CASE("a report is one file without names of others, the same bits every time") {
  const Separated folder;
  folder.must({"report", "out/mix", "-o", "a.html"});
  folder.must({"report", "out/mix", "-o", "b.html", "--threads", "1"});
  const std::string page = test::read_bytes(folder / "a.html");
  CHECK(page == test::read_bytes(folder / "b.html"));
  for (const char* outward : {"http:", "https:", " src=\"http", "@import", "url("})
    CHECK(page.find(outward) == std::string::npos);
  const auto again = folder.run({"report", "out/mix", "-o", "a.html"});
  CHECK(again.status == 1);
  CHECK_THAT(again.err, contains("--overwrite"));
}

TEST_CASE("no text of a file, a title or a record becomes markup") {
  const Separated folder;
  const std::string nasty = "</script><script>alert(\"1\")</script>'&<!--";
  std::filesystem::copy(folder / "low.wav", folder / "out/mix/<img src=x onerror=a()>.wav");
  auto record = nlohmann::json::parse(test::read_bytes(folder / "separate.json"));
  record["command"] = nasty;
  record["settings"][nasty] = nasty;
  test::write_bytes(folder / "nasty.json", record.dump());
  folder.must(
      {"report", "out/mix", "-o", "page.html", "--title", nasty, "--separation", "nasty.json"});
  const std::string page = test::read_bytes(folder / "page.html");
  CHECK(page.find("<script>alert") == std::string::npos);
  CHECK(page.find("<img src=x") == std::string::npos);
  CHECK(page.find("<!--") == std::string::npos);
  CHECK_THAT(page, contains("&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)"));
  CHECK(fact(folder.data("page.html"), "Command") == nasty);  // and comes through whole
}

TEST_CASE(
    "methods stand beside each other, called by what differs in their paths or as they are told") {
  const Separated folder;
  folder.must({"separate", "mix.wav", "-m", "low.safetensors", "high.safetensors", "-o", "other",
               "--iterations", "1"});
  folder.must(
      {"report", "out/mix", "one step=other/mix", "-o", "page.html", "--references", "references"});
  const auto data = folder.data("page.html");
  CHECK(data["blind"] == false);
  std::vector<std::string> names, methods;
  for (const auto& track : data["tracks"]) {
    names.push_back(track["name"]);
    methods.push_back(track.value("method", ""));
  }
  CHECK(names == std::vector<std::string>{"high", "low", "high (one step)", "low (one step)",
                                          "high (reference)", "low (reference)"});
  CHECK(methods == std::vector<std::string>{"out", "out", "one step", "one step", "", ""});
  CHECK(data["tracks"][2]["role"] == "other");
  CHECK(data["tracks"][2]["of"] == 0);
  CHECK(data["tracks"][5]["of"] == 1);
  CHECK(data["tracks"][0]["audio"] != data["tracks"][2]["audio"]);
  const auto& rows = data["scores"]["rows"];
  REQUIRE(rows.size() == 4);
  CHECK(rows[0][1] == "out");
  CHECK(rows[1][1] == "one step");
  CHECK(rows[0][2] != rows[1][2]);

  folder.must({"report", "out/mix", "other/mix", "-o", "blind.html", "--blind"});
  const auto blind = folder.data("blind.html");
  CHECK(blind["blind"] == true);
  CHECK(blind["tracks"][0]["method"] == "out");  // the paths end alike
  CHECK(blind["tracks"][2]["method"] == "other");
}

TEST_CASE("methods that cannot be compared are refused") {
  const Separated folder;
  std::filesystem::create_directory(folder / "few");
  std::filesystem::copy(folder / "low.wav", folder / "few");
  const auto refused = [&](std::vector<std::string> words, int status,
                           const std::string& complaint) {
    words.insert(words.begin(), {"report", "-o", "page.html"});
    const auto result = folder.run(words);
    CHECK(result.status == status);
    CHECK_THAT(result.err, contains(complaint));
    CHECK_FALSE(std::filesystem::exists(folder / "page.html"));
  };
  refused({"out/mix", "few"}, 1, "'few': its 1 stems are not those of 'out/mix', which has 'high'");
  refused({"out/mix", "none"}, 1, "none");
  refused({"a=out/mix", "a=references"}, 2, "two methods are called 'a'");
  refused({"out/mix", "--blind"}, 2, "--blind compares methods");
  refused({"out/mix", "references", "--separation", "separate.json"}, 2, "--separation is of one");
}

TEST_CASE("30 s of three sources with their references stay below 5 MB") {
  const test::TemporaryFolder folder;
  const Index length = 30 * 44100;
  Matrix mixture = Matrix::Zero(length, 2);
  for (const std::string folder_name : {"stems", "references"})
    std::filesystem::create_directory(folder / folder_name);
  for (std::uint64_t s = 0; s < 3; ++s) {
    const AudioBuffer noise{test::noise(s, length, 2, 0.2F), 44100};  // nothing is larger
    mixture += noise.samples;
    for (const std::string folder_name : {"stems", "references"})
      test::write_audio(folder / (folder_name + "/" + std::to_string(s) + ".wav"), noise);
  }
  test::write_audio(folder / "mixture.wav", {mixture, 44100});
  const auto result =
      test::run_program({"report", "stems", "-o", "page.html", "--mixture", "mixture.wav",
                         "--references", "references", "--json", "-"},
                        {folder.path()});
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK(nlohmann::json::parse(result.out)["bytes"] ==
        std::filesystem::file_size(folder / "page.html"));
  CHECK(std::filesystem::file_size(folder / "page.html") < 5'000'000);
  CHECK(folder.entries().size() == 10);  // nothing is left beside it
}

TEST_CASE("reports that cannot be are refused, and nothing is written") {
  const Separated folder;
  const auto before = folder.entries();
  const auto refused = [&](std::vector<std::string> words, int status,
                           const std::string& complaint) {
    words.insert(words.begin(), "report");
    const auto result = folder.run(words);
    CHECK(result.status == status);
    CHECK_THAT(result.err, contains(complaint));
    CHECK(folder.entries() == before);
  };
  refused({"nowhere", "-o", "a.html"}, 1, "nowhere");
  refused({"out/mix", "-o", "a.html", "--mixture", "none.wav"}, 1, "none.wav");
  refused({"out/mix", "-o", "out/mix/low.wav", "--overwrite"}, 2, "low.wav");
  refused({"out/mix", "-o", "a.html", "--activations", "found/mix"}, 2, "name these with -m");
  refused({"out/mix", "-o", "a.html", "-m", "low.safetensors", "--activations", "out"}, 1,
          "cannot be opened");
  refused({"out/mix", "-o", "a.html", "--separation", "mix.wav"}, 1, "separate --json");
  refused({"references", "-o", "a.html", "--separation", "separate.json"}, 1, "of no track");
  refused({"out/mix", "-o", "a.html", "--start", "99"}, 1, "99");
  refused({"out/mix", "-o", "a.html", "--audio", "aac"}, 2, "--audio");
}

TEST_CASE("activations that are none are refused") {
  const Separated folder;
  const std::string whole = test::read_bytes(folder / "found/mix/low-H.npy");
  const auto check = [&](const std::string& bytes, const std::string& complaint) {
    test::write_bytes(folder / "found/mix/low-H.npy", bytes);
    const auto result = folder.run({"report", "out/mix", "-o", "a.html", "-m", "low.safetensors",
                                    "--activations", "found/mix"});
    CHECK(result.status == 1);
    CHECK_THAT(result.err, contains("low-H.npy") && contains(complaint));
    CHECK_FALSE(std::filesystem::exists(folder / "a.html"));
  };
  check("", "format 1.0");
  check(whole.substr(0, 60), "not as long");
  check(whole.substr(0, whole.size() - 4), "is cut off");
  check(whole + "more", "not as long");
  std::string other = whole;
  other.replace(other.find("<f4"), 3, "<f8");
  check(other, "holds no 32-bit floats");
  std::string huge = whole;
  const std::size_t shape = huge.find("(") + 1;
  huge.replace(shape, 3, "999");
  check(huge, "is cut off");
}
