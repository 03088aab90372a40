#include <algorithm>

#include "cli/batch_folder.hpp"
#include "support/catch.hpp"

using namespace nmfsep;
using test::Batch;
using test::ProgramResult;

namespace {

ProgramResult run_in(const Batch& folder, const std::vector<std::string>& arguments) {
  test::ProgramOptions options;
  options.folder = folder.path();
  return test::run_program(arguments, options);
}

std::vector<nlohmann::json> lines_of(const std::filesystem::path& manifest) {
  std::istringstream text(test::read_bytes(manifest));
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

}  // namespace

TEST_CASE("shards do every input once, and their stems are those of one run") {
  const Batch folder(7);
  REQUIRE(folder.run("whole", {}).status == 0);
  for (const char* shard : {"2/3", "1/3", "3/3"})
    REQUIRE(folder.run("shared", {"--shard", shard}).status == 0);
  CHECK((folder.contents("shared") == folder.contents("whole")));
  CHECK(folder.contents("whole").size() == 14);
  REQUIRE(folder.run("one", {"--shard", "2/3"}).status == 0);
  CHECK(folder.contents("one").size() == 4);  // the second and the fifth
  const auto none = folder.run("none", {"--shard", "9/9"});
  CHECK(none.status == 0);
  CHECK_FALSE(std::filesystem::exists(folder / "none"));
}

TEST_CASE("manifests of shards become one, with which a run goes on") {
  const Batch folder(6, 5);  // the fifth is no sound
  CHECK(folder.run("out", {"--shard", "1/2", "--manifest", "1.jsonl"}).status == 1);
  CHECK(folder.run("out", {"--shard", "2/2", "--manifest", "2.jsonl"}).status == 0);
  const auto merged =
      run_in(folder, {"manifest", "merge", "1.jsonl", "2.jsonl", "-o", "all.jsonl"});
  REQUIRE(merged.status == 0);
  CHECK_THAT(merged.out, contains("all.jsonl: 5 done, 1 failed, 0 begun, of 2 manifests"));
  CHECK(lines_of(folder / "all.jsonl").size() == 6);

  const auto again = folder.run("out", {"--manifest", "all.jsonl"});
  CHECK(again.status == 1);  // what failed counts still
  CHECK(again.out.empty());
  CHECK_THAT(again.err, contains("5 skipped") || contains("skipped"));
  CHECK(run_in(folder, {"manifest", "merge", "1.jsonl", "-o", "all.jsonl"}).status == 1);
}

TEST_CASE("of two manifests that tell of one output the later in time has the word") {
  const Batch folder(1);
  const auto line = [](const char* status, const char* time) {
    return fmt::format(
        R"({{"format":"nmfsep-manifest","version":1,"status":"{}","time":"{}","input":"/a.wav",)"
        R"("outputs":{{"low":{{"file":"/o/low.wav"}}}}}})"
        "\n",
        status, time);
  };
  test::write_bytes(folder / "late.jsonl", line("done", "2026-01-02T00:00:00Z"));
  test::write_bytes(folder / "early.jsonl", line("failed", "2026-01-01T00:00:00Z"));
  REQUIRE(
      run_in(folder, {"manifest", "merge", "late.jsonl", "early.jsonl", "-o", "a.jsonl"}).status ==
      0);
  const auto lines = lines_of(folder / "a.jsonl");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["status"] == "done");
}

TEST_CASE("evaluate scores a shard of the tracks") {
  const Batch folder(4);
  REQUIRE(folder.run("references", {}).status == 0);
  REQUIRE(folder.run("estimates", {"--mask-exponent", "1"}).status == 0);
  const auto names = [&](const std::string& shard) {
    std::vector<std::string> words{"evaluate", "references", "estimates", "--metrics",
                                   "si-sdr",   "--json",     "-"};
    if (!shard.empty()) words.insert(words.end(), {"--shard", shard});
    const auto result = run_in(folder, words);
    INFO(result.err);
    REQUIRE(result.status == 0);
    std::vector<std::string> found;
    const auto document = nlohmann::json::parse(result.out);
    for (const auto& track : document["tracks"]) found.push_back(track["name"]);
    return found;
  };
  const auto all = names("");
  REQUIRE(all.size() == 4);
  CHECK(names("1/2") == std::vector<std::string>{all[0], all[2]});
  CHECK(names("2/2") == std::vector<std::string>{all[1], all[3]});
  CHECK(names("5/5").empty());
}

TEST_CASE("shards and manifests that cannot be are refused by name") {
  const Batch folder(1);
  for (const char* shard : {"0/2", "3/2", "1", "1/", "/2", "a/b", "1/2/3", "-1/2", "1/0", "1 /2"}) {
    const auto result = folder.run("out", {"--shard", shard});
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains("--shard"));
  }
  const auto refused = [&](const std::vector<std::string>& arguments, int status,
                           const char* words) {
    const auto result = run_in(folder, arguments);
    CHECK(result.status == status);
    CHECK_THAT(result.err, contains(words));
    CHECK_FALSE(std::filesystem::exists(folder / "all.jsonl"));
  };
  refused({"separate", "-", "-m", "low.safetensors", "-m", "high.safetensors", "--shard", "1/2",
           "-o", "out"},
          2, "--shard shares files out");
  refused({"manifest", "merge", "none.jsonl", "-o", "all.jsonl"}, 1, "none.jsonl");
  test::write_bytes(folder / "odd.jsonl", "{}\n");
  refused({"manifest", "merge", "odd.jsonl", "-o", "all.jsonl"}, 1, "line 1 is none of a manifest");
  refused({"manifest", "merge", "odd.jsonl", "-o", "odd.jsonl", "--overwrite"}, 2, "odd.jsonl");
  refused({"manifest", "split", "odd.jsonl", "-o", "all.jsonl"}, 2, "merge");
}
