// separate --report and --plots: pages beside the stems.
#include <algorithm>
#include <regex>

#include "batch_folder.hpp"
#include "cli/report_page.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using test::Batch;
using test::data_of;
using test::fact;

namespace {

const std::vector<std::string> both_pages{"--report", "--plots"};

test::ProgramResult separate(const test::TrainedModels& folder, std::vector<std::string> more) {
  more.insert(more.begin(), {"separate", "mix.wav"});
  return test::run_program(more, {folder.path()});
}

void must(const test::ProgramResult& result) {
  INFO(result.err);
  REQUIRE(result.status == 0);
}

}  // namespace

TEST_CASE("separate --report makes the page that report makes of its stems") {
  const test::TrainedModels folder;
  must(separate(folder, {"-m", "low.safetensors", "high.safetensors", "-o", "out", "--report",
                         "--save-activations", "found", "--json", "run.json"}));
  must(test::run_program(
      {"report", "out/mix", "-o", "by-report.html", "--mixture", "mix.wav", "-m", "low.safetensors",
       "-m", "high.safetensors", "--activations", "found/mix", "--separation", "run.json"},
      {folder.path()}));
  const auto ours = data_of(folder / "out/mix/report.html");
  const auto theirs = data_of(folder / "by-report.html");
  for (const char* same : {"seconds", "sample_rate", "curve", "dictionaries"})
    CHECK(ours[same] == theirs[same]);
  REQUIRE(ours["tracks"].size() == 3);
  for (const auto& track : ours["tracks"])
    CHECK(std::find(theirs["tracks"].begin(), theirs["tracks"].end(), track) !=
          theirs["tracks"].end());
  for (const char* heading : {"Command", "Settings", "Analysis", "SHA-256 of mix.wav",
                              "SHA-256 of out/mix/low.wav", "SHA-256 of low.safetensors"}) {
    INFO(heading);
    CHECK_FALSE(fact(ours, heading).empty());
    CHECK(fact(ours, heading) == fact(theirs, heading));
  }
  const auto run = nlohmann::json::parse(test::read_bytes(folder / "run.json"));
  CHECK(run["tracks"][0]["report"] == "out/mix/report.html");
}

TEST_CASE("pages are of the excerpt that is separated, and show what was learnt") {
  const test::TrainedModels folder;
  must(separate(folder, {"-m", "low.safetensors", "--learn", "rest=3", "-o", "out", "--start",
                         "0.5", "--duration", "0.75", "--report", "--plots"}));
  const auto data = data_of(folder / "out/mix/report.html");
  CHECK(data["seconds"] == 0.75);
  REQUIRE(data["dictionaries"].size() == 2);
  CHECK(data["dictionaries"][1]["source"] == "rest");
  CHECK(data["dictionaries"][1]["names"].size() == 3);
  CHECK(data["dictionaries"][1].contains("activations"));
  // The mixture is heard from where the stems begin.
  must(test::run_program({"report", "out/mix", "-o", "late.html", "--mixture", "mix.wav", "--start",
                          "0.5", "--duration", "0.25"},
                         {folder.path()}));
  must(separate(folder, {"-m", "low.safetensors", "--learn", "rest=3", "-o", "early", "--start",
                         "0.5", "--duration", "0.25", "--report"}));
  CHECK(data_of(folder / "early/mix/report.html")["tracks"][0]["audio"] ==
        data_of(folder / "late.html")["tracks"][0]["audio"]);

  const std::string plots = test::read_bytes(folder / "out/mix/plots.svg");
  CHECK(plots.starts_with("<svg"));
  for (const char* title : {">mix.wav<", ">low<", ">rest<", ">Mask of 'low'<", ">Mask of 'rest'<",
                            ">W of 'low'<", ">H of 'rest'<", ">Cost<"}) {
    INFO(title);
    std::string escaped = title;
    CHECK((plots.find(title) != std::string::npos ||
           plots.find(std::regex_replace(escaped, std::regex("'"), "&#39;")) != std::string::npos));
  }
}

TEST_CASE("pages of what has no atoms show what there is") {
  const test::TrainedModels folder;
  must(separate(folder, {"--hpss", "-o", "out", "--report", "--plots"}));
  CHECK(data_of(folder / "out/mix/report.html")["dictionaries"].empty());
  const std::string plots = test::read_bytes(folder / "out/mix/plots.svg");
  CHECK(plots.find("Mask of") != std::string::npos);
  CHECK(plots.find("W of") == std::string::npos);
}

TEST_CASE("pages are the same bits with any jobs, and the stems the same as without") {
  const Batch folder(3);
  must(folder.run("one", both_pages));
  must(folder.run("two",
                  {"--report", "--plots", "--jobs", "3", "--threads", "1", "--block-frames", "7"}));
  must(folder.run("none", {}));
  auto one = folder.contents("one");
  auto two = folder.contents("two");
  CHECK(one.size() == 12);
  CHECK(one["001/plots.svg"] == two["001/plots.svg"]);
  auto none = folder.contents("none");
  CHECK(one["002/low.wav"] == none["002/low.wav"]);
}

TEST_CASE("a manifest knows pages as it does stems") {
  const Batch folder(2);
  const std::vector<std::string> plain{"--manifest", "m.jsonl"};
  const std::vector<std::string> with_pages{"--manifest", "m.jsonl", "--report", "--plots"};
  must(folder.run("out", plain));
  const auto more = folder.run("out", with_pages);  // are not there yet
  CHECK_THAT(more.err, !contains("skipped, its stems"));
  CHECK(std::filesystem::exists(folder / "out/001/report.html"));
  const auto record = folder.manifest().back();
  for (const char* page : {"page:report", "page:plots"}) {
    const auto& output = record["outputs"][page];
    CHECK(output["bytes"] == std::filesystem::file_size(output["file"].get<std::string>()));
  }
  CHECK_THAT(folder.run("out", with_pages).err, contains("2 skipped"));
  CHECK_THAT(folder.run("out", plain).err, contains("2 skipped"));
  std::filesystem::remove(folder / "out/000/plots.svg");
  CHECK_THAT(folder.run("out", with_pages).err, contains("1 of 2 files separated, 1 skipped"));
  CHECK(std::filesystem::exists(folder / "out/000/plots.svg"));
}

TEST_CASE("pages that cannot be leave no stems") {
  const Batch folder(1);
  const auto refused = [&](std::vector<std::string> more, int status,
                           const std::string& complaint) {
    const auto before = folder.entries();
    more.insert(more.end(), {"-m", "low.safetensors", "high.safetensors"});
    more.insert(more.begin(), "separate");
    const auto result = test::run_program(more, {folder.path()});
    CHECK(result.status == status);
    CHECK_THAT(result.err, contains(complaint));
    CHECK(folder.entries() == before);
  };
  refused({"-", "-o", "out", "--report"}, 2, "read twice; leave out -");
  refused({"mix.wav", "--stdout", "low", "--plots"}, 2, "leave out --report and --plots");
  refused({"mix.wav", "--plots", "--name-template", "{source}", "-o", "in", "--residual", "plots"},
          2, "in/plots");
  std::filesystem::create_directories(folder / "out/mix");
  test::write_bytes(folder / "out/mix/report.html", "mine");
  refused({"mix.wav", "-o", "out", "--report"}, 1, "exists already");
  CHECK(test::read_bytes(folder / "out/mix/report.html") == "mine");
  must(separate(folder, {"-m", "low.safetensors", "high.safetensors", "-o", "out", "--report",
                         "--overwrite"}));
  CHECK(test::read_bytes(folder / "out/mix/report.html").size() > 1000);
}

TEST_CASE("pages go by the name template, and are listed where stems are") {
  const Batch folder(2);
  const auto result =
      folder.run("out", {"--report", "--name-template", "{track} ({source}).{ext}"});
  must(result);
  CHECK_THAT(result.out, contains("out/001 (report).html"));
  CHECK(std::filesystem::exists(folder / "out/000 (report).html"));
  const auto dry = folder.run("dry", {"--plots", "--dry-run"});
  CHECK_THAT(dry.out, contains("dry/000/plots.svg"));
  CHECK_FALSE(std::filesystem::exists(folder / "dry"));
}
