// Many files in one run: several at once, some of them bad, and what a manifest remembers.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/batch_folder.hpp"
#include "nmfsep/core/version.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/tally.hpp"

using namespace nmfsep;
using Json = nlohmann::json;
using test::Batch;

namespace {

const std::vector<std::string> with_manifest{"--manifest", "m.jsonl"};

std::vector<std::string> with_manifest_and(std::vector<std::string> more) {
  more.insert(more.end(), with_manifest.begin(), with_manifest.end());
  return more;
}

}  // namespace

TEST_CASE("of sixty files six are bad: the others are done, the six are named, the status is 1") {
  const Batch folder(60, 10);
  test::ProgramOptions few_files;
  few_files.open_files = 30;
  const auto one = folder.run("one", {"--json", "one.json"}, few_files);
  CHECK(one.status == 1);
  CHECK_THAT(one.err, contains("54 of 60 files separated, 0 skipped, 6 failed"));
  const std::string summary = one.err.substr(one.err.find("6 of 60 files failed:\n"));
  for (int i = 9; i < 60; i += 10)
    CHECK_THAT(summary, contains(fmt::format("'{}'\n", Batch::input(i))));
  CHECK(folder.contents("one").size() == 108);
  const auto tracks = Json::parse(test::read_bytes(folder / "one.json"))["tracks"];
  REQUIRE(tracks.size() == 60);
  for (int i = 0; i < 60; ++i) {
    CHECK(tracks[i]["input"] == Batch::input(i));
    CHECK(tracks[i]["status"] == (i % 10 == 9 ? "failed" : "done"));
  }

  SECTION("several at once give the same files and say the same in the same order") {
    for (const char* jobs : {"2", "7"}) {
      const auto more = folder.run("more", {"--jobs", jobs, "--threads", "3", "--overwrite"});
      CHECK(more.status == 1);
      CHECK((folder.contents("more") == folder.contents("one")));
      const auto without_time = [](const std::string& err) {
        return err.substr(0, err.find("54 of 60")) + err.substr(err.find("\nnmfsep: 6 of 60"));
      };
      CHECK(without_time(more.err) == without_time(one.err));
      std::string out = more.out;
      for (std::size_t at = 0; (at = out.find("more/", at)) != std::string::npos;)
        out.replace(at, 5, "one/");
      CHECK(out == one.out);
    }
  }
}

TEST_CASE("a manifest has one line an input, with what went in and what came out") {
  const Batch folder(3, 3);
  CHECK(folder.run("out", with_manifest).status == 1);
  const auto records = folder.manifest();
  REQUIRE(records.size() == 3);
  for (const Json& record : records) {
    CHECK(record["format"] == "nmfsep-manifest");
    CHECK(record["version"] == 1);
    CHECK(record["sha256"].get<std::string>().size() == 64);
    CHECK(record["models"].size() == 2);
    CHECK(record["settings"]["iterations"] == 20);
  }
  CHECK(records[0]["status"] == "done");
  CHECK(records[0]["input"] == folder.at("in/000.wav"));
  CHECK(records[0]["outputs"]["low"]["file"] == folder.at("out/000/low.wav"));
  CHECK(records[0]["outputs"]["low"]["bytes"] ==
        std::filesystem::file_size(folder / "out/000/low.wav"));
  CHECK(records[0]["residual_dbfs"] < -100);
  CHECK(records[0]["elapsed_seconds"] > 0);
  CHECK(records[2]["status"] == "failed");
  CHECK_THAT(records[2]["error"].get<std::string>(), contains("002.wav") && contains("not audio"));
}

TEST_CASE("a repeated run does only what is missing or changed, and says what it skipped") {
  const Batch folder(4);
  CHECK(folder.run("out", with_manifest).status == 0);
  const auto first = folder.contents("out");
  const auto run = [&](const std::vector<std::string>& more = {}) {
    const auto result = folder.run("out", with_manifest_and(more));
    INFO(result.err);
    CHECK(result.status == 0);
    return result;
  };

  SECTION("nothing, when nothing is") {
    const auto again = run();
    CHECK(again.out.empty());
    CHECK_THAT(again.err, contains("'in/000.wav': skipped, its stems are there") &&
                              contains("0 of 4 files separated, 4 skipped"));
    CHECK(run({"--jobs", "3", "--threads", "2", "--only", "low"}).out.empty());
    CHECK(run({"--format", "wav", "--bit-depth", "32f", "--start", "0"}).out.empty());
    CHECK(folder.manifest().size() == 4);
  }
  SECTION("an input of another content, although its stems are there") {
    folder.write_mixture(1, 0.5);
    CHECK(run().out == "out/001/low.wav\nout/001/high.wav\n");
    folder.write_mixture(1, 0.15);
    CHECK(run().out == "out/001/low.wav\nout/001/high.wav\n");
    CHECK((folder.contents("out") == first));
  }
  SECTION("a stem that is gone, or not as long as it was") {
    std::filesystem::remove(folder / "out/002/high.wav");
    test::write_bytes(folder / "out/003/low.wav", "cut");
    CHECK(run().out == "out/002/low.wav\nout/002/high.wav\nout/003/low.wav\nout/003/high.wav\n");
    CHECK((folder.contents("out") == first));
  }
  SECTION("all of it with other settings, and again with the first ones") {
    run({"--mask-exponent", "2"});
    CHECK(folder.contents("out").size() == first.size());
    CHECK((folder.contents("out") != first));
    CHECK_THAT(run().err, contains("4 of 4 files separated"));
    CHECK((folder.contents("out") == first));
  }
  SECTION("all of it of an excerpt") {
    CHECK_THAT(run({"--duration", "0.05"}).err, contains("4 of 4 files separated"));
    CHECK_THAT(run().err, contains("4 of 4 files separated"));
    CHECK((folder.contents("out") == first));
  }
  SECTION("what other settings have changed, even if not all of it") {
    CHECK(run({"--mask-exponent", "2", "--only", "low"}).out.find("high") == std::string::npos);
    CHECK_THAT(run().err, contains("4 of 4 files separated"));
    CHECK((folder.contents("out") == first));
  }
  SECTION("all of it with another model, but none where a model has only moved") {
    std::filesystem::rename(folder / "low.safetensors", folder / "moved.safetensors");
    std::filesystem::create_symlink("moved.safetensors", folder / "low.safetensors");
    CHECK(run().out.empty());
    test::must_run({"train", folder.at("low.wav"), "-o", folder.at("low.safetensors"), "-c", "3",
                    "--overwrite", "--name", "low"});
    CHECK_THAT(run().err, contains("4 of 4 files separated"));
  }
  SECTION("a residual that other --only leaves more to, but not for less of the others") {
    run({"--residual", "rest"});
    CHECK(run({"--residual", "rest"}).out.empty());
    CHECK(run({"--residual", "rest", "--only", "low"}).out.find("out/000/rest.wav") !=
          std::string::npos);
  }
  SECTION("what another version of the program made") {
    std::string lines = test::read_bytes(folder / "m.jsonl");
    const std::string made_by = fmt::format("\"program\":\"{}\"", nmfsep::version);
    lines.replace(lines.find(made_by), made_by.size(), "\"program\":\"0.0.1\"");
    test::write_bytes(folder / "m.jsonl", lines);
    CHECK(run().out == "out/000/low.wav\nout/000/high.wav\n");
  }
  SECTION("into the same file where the manifest is a link") {
    std::filesystem::rename(folder / "m.jsonl", folder / "kept.jsonl");
    std::filesystem::create_symlink("kept.jsonl", folder / "m.jsonl");
    folder.write_mixture(1, 0.5);
    CHECK(run().out == "out/001/low.wav\nout/001/high.wav\n");
    CHECK(std::filesystem::is_symlink(folder / "m.jsonl"));
    CHECK(folder.manifest().size() == 4);
  }
  SECTION("an input that is new") {
    std::filesystem::rename(folder / "in/000.wav", folder / "in/new.wav");
    CHECK(run().out == "out/new/low.wav\nout/new/high.wav\n");
  }
}

TEST_CASE("what failed is left alone until it changes or --retry-failed asks for it") {
  const Batch folder(3, 3);
  folder.run("out", with_manifest);
  const auto again = folder.run("out", with_manifest);
  CHECK(again.status == 1);
  CHECK_THAT(again.err, contains("002.wav': failed in an earlier run, and nothing has changed; "
                                 "--retry-failed tries again: ") &&
                            contains("not audio") && contains("2 skipped, 1 failed"));
  const auto retried = folder.run("out", with_manifest_and({"--retry-failed"}));
  CHECK(retried.status == 1);
  CHECK_FALSE(retried.err.find("not audio") == std::string::npos);
  CHECK(retried.err.find("earlier run") == std::string::npos);
  folder.write_mixture(2, 0.2);
  CHECK(folder.run("out", with_manifest).out == "out/002/low.wav\nout/002/high.wav\n");
  CHECK(folder.run("out", with_manifest).status == 0);
}

TEST_CASE("a manifest tells of files that are not there, and of names that are not UTF-8") {
  const Batch folder(0);
  folder.write_mixture(0, 0.2);
  std::filesystem::rename(folder / "in/000.wav", folder / "in/caf\xe9.wav");
  CHECK(folder.run("out", with_manifest_and({"missing.wav"})).status == 1);
  const auto records = folder.manifest();
  REQUIRE(records.size() == 2);
  CHECK(records[0]["input"] == folder.at("in/caf\\xe9.wav"));
  CHECK(records[0]["status"] == "done");
  CHECK(records[1]["sha256"].is_null());
  CHECK_THAT(records[1]["error"].get<std::string>(), contains("missing.wav"));
  CHECK_THAT(folder.run("out", with_manifest).err, contains("skipped, its stems are there"));
}

TEST_CASE("stems that are there are kept, unless the manifest has them as its own") {
  const Batch folder(2);
  std::filesystem::create_directories(folder / "out/001");
  test::write_bytes(folder / "out/001/high.wav", "someone's");
  const auto refused = folder.run("out", with_manifest);
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err,
             contains("'out/001/high.wav': exists already") && contains("--overwrite"));
  CHECK(test::read_bytes(folder / "out/001/high.wav") == "someone's");
  CHECK_FALSE(std::filesystem::exists(folder / "out/000"));
}

TEST_CASE("a last line that was cut is dropped, and its input done again") {
  const Batch folder(3);
  folder.run("out", with_manifest);
  const std::string whole = test::read_bytes(folder / "m.jsonl");
  for (const std::size_t cut : {1, 30, 200}) {
    test::write_bytes(folder / "m.jsonl", whole.substr(0, whole.size() - cut));
    const auto result = folder.run("out", with_manifest_and({"--overwrite"}));
    CHECK(result.status == 0);
    CHECK(result.out == "out/002/low.wav\nout/002/high.wav\n");
    CHECK(folder.manifest().size() == 3);
  }
}

TEST_CASE("a file that is no manifest, or an input, is left as it is") {
  const Batch folder(1);
  const auto check = [&](const std::string& file, const std::string& content, int status,
                         const std::string& complaint) {
    if (!content.empty()) test::write_bytes(folder / file, content);
    const auto before = test::read_bytes(folder / file);
    const auto result = folder.run("out", {"--manifest", file, "--overwrite"});
    INFO(result.err);
    CHECK(result.status == status);
    CHECK_THAT(result.err, contains(complaint));
    CHECK((test::read_bytes(folder / file) == before));
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  };
  check("text", "some text\nof lines\n", 1, "line 1 is none of a manifest");
  check("cut text", "some text", 1, "line 1 is none of a manifest");
  check("json", "{}\n", 1, "line 1 is none of a manifest");
  check("middle", "{\"form\n{}\n", 1, "line 1 is none of a manifest");
  check("in/000.wav", "", 2, "is an input and an output");
  check("low.safetensors", "", 2, "is an input and an output");
  check("text/m.jsonl", "", 1, "'text': cannot make this folder");
  check("/dev/null", "", 1, "is not a regular file");
}

TEST_CASE("a manifest's folder is made, as those of the stems are, and not for a dry run") {
  const Batch folder(1);
  REQUIRE(folder.run("out", {"--manifest", "runs/today/m.jsonl", "--dry-run"}).status == 0);
  CHECK_FALSE(std::filesystem::exists(folder / "runs"));
  CHECK(folder.run("out", {"--manifest", "runs/today/m.jsonl"}).status == 0);
  CHECK_THAT(folder.run("out", {"--manifest", "runs/today/m.jsonl"}).err,
             contains("1 skipped") || contains("skipped, its stems are there"));
}

TEST_CASE("the flag --retry-failed without a manifest is refused") {
  const Batch folder(1);
  const auto result = folder.run("out", {"--retry-failed"});
  CHECK(result.status == 2);
  CHECK_THAT(result.err, contains("--manifest"));
}

TEST_CASE("a run that is killed at any moment is taken up, and ends with the same bits") {
  const Batch folder(12);
  REQUIRE(folder.run("whole", {}).status == 0);
  const auto whole = folder.contents("whole");
  int killed = 0;
  for (int after_ms = 2; after_ms < 80; after_ms += 8) {
    test::ProgramOptions options;
    options.interrupt_after_ms = after_ms;
    options.signal = 9;
    killed += folder.run("out", with_manifest_and({"--jobs", "2"}), options).status == 128 + 9;
    // Every third time what is left of one run is what the next begins with.
    if (after_ms % 3 == 0) continue;
    const auto result = folder.run("out", with_manifest);
    INFO("killed after " << after_ms << " ms\n" << result.err);
    CHECK(result.status == 0);
    auto now = folder.contents("out");
    std::erase_if(now, [](const auto& file) { return file.first.ends_with(".part"); });
    CHECK((now == whole));
    std::filesystem::remove_all(folder / "out");
    std::filesystem::remove(folder / "m.jsonl");
  }
  CHECK(killed > 0);  // a fast machine is done before the later moments
}

TEST_CASE("a second run with a manifest in use is refused, and one after it goes on") {
  const Batch folder(1);
  folder.write_mixture(0, 10);
  const std::string separate =
      fmt::format("'{}' separate in -m low.safetensors -m high.safetensors --manifest m.jsonl",
                  test::program_path().string());
  // The second begins once the first has written down what it is at.
  const std::string script = fmt::format(
      "{0} -o out --iterations 1000000 --tolerance 0 & first=$!\n"
      "for i in {{1..600}}; do [ -s m.jsonl ] && break; sleep 0.05; done\n"
      "{0} -o other; second=$?\n"
      "kill -TERM $first; wait $first; [ $? -eq 143 ] && exit $second",
      separate);
  const auto result = test::run_command({"bash", "-c", script}, {folder.path()});
  INFO(result.err);
  CHECK(result.status == 1);
  CHECK_THAT(result.err, contains("'m.jsonl': is in use by another run"));
  CHECK_FALSE(std::filesystem::exists(folder / "other"));
  CHECK(folder.run("out", with_manifest).status == 0);
  CHECK(folder.contents("out").size() == 2);
}

TEST_CASE("the flag --dry-run says what a run would write and take, and writes nothing") {
  const Batch folder(4, 4);
  const auto before = folder.entries();
  const auto dry = folder.run("out", with_manifest_and({"--dry-run"}));
  CHECK(dry.status == 1);
  CHECK(dry.out ==
        "out/000/low.wav\nout/000/high.wav\nout/001/low.wav\nout/001/high.wav\n"
        "out/002/low.wav\nout/002/high.wav\n");
  CHECK_THAT(dry.err, contains("003.wav': is not audio") &&
                          contains("3 of 4 files would be separated: 0:00 of audio, stems of up "
                                   "to 0.0288 MB") &&
                          contains("; time about 0:00, by a trial at "));
  CHECK(folder.entries() == before);

  SECTION("and after a part of the run was done, what is left of it") {
    CHECK(folder.run("out", with_manifest).out == dry.out);
    folder.write_mixture(1, 0.5);
    const auto manifest = test::read_bytes(folder / "m.jsonl");
    const auto left = folder.run("out", with_manifest_and({"--dry-run", "--json", "-"}));
    const auto tracks = Json::parse(left.out)["tracks"];
    CHECK(tracks[0]["status"] == "skipped");
    CHECK(tracks[1]["status"] == "planned");
    CHECK(tracks[1]["seconds"] == 0.5);
    CHECK(tracks[1]["outputs"]["high"] == "out/001/high.wav");
    CHECK((test::read_bytes(folder / "m.jsonl") == manifest));
  }
}

TEST_CASE("the flag --dry-run counts the bytes of the samples' format") {
  const Batch folder(3);
  const auto foreseen = [&](const std::string& depth) {
    return folder.run("out", {"--dry-run", "--bit-depth", depth}).err;
  };
  CHECK_THAT(foreseen("16"), contains("stems of up to 0.0144 MB"));
  CHECK_THAT(foreseen("24"), contains("stems of up to 0.0216 MB"));
  CHECK_THAT(foreseen("32f"), contains("stems of up to 0.0288 MB"));
}

namespace {

bool has_terminal() { return test::run_command({"script", "--version"}, {}).status == 0; }

/// What separating with both models shows on a terminal, of input and flags as a shell reads them.
test::ProgramResult separate_on_terminal(const Batch& folder, const std::string& arguments,
                                         const std::string& source = "") {
  const std::string command =
      fmt::format("{}'{}' separate {} -m low.safetensors -m high.safetensors -o out", source,
                  test::program_path().string(), arguments);
  return test::run_command({"script", "-qec", command, "/dev/null"}, {folder.path()});
}

}  // namespace

TEST_CASE("a terminal shows the file at hand, the rate and the time left") {
  if (!has_terminal()) NMFSEP_SKIP("no script here");
  const Batch folder(3);
  for (int i = 0; i < 3; ++i) folder.write_mixture(i, 20);
  const auto shown = separate_on_terminal(folder, "in --iterations 400 --tolerance 0");
  CHECK(shown.status == 0);
  // The first file may be done before its line is due again, and so shown without a rate.
  CHECK_THAT(shown.out, contains("[1/3] ") && contains(": 000.wav\x1b[K") && contains("%, ") &&
                            contains("× real time, 0:0") && contains(" left: 002.wav\x1b[K"));
}

TEST_CASE("a terminal shows the rate of the excerpt, on a line that it does not wrap") {
  if (!has_terminal()) NMFSEP_SKIP("no script here");
  const Batch folder(2);
  for (int i = 0; i < 2; ++i) folder.write_mixture(i, 400);
  const auto shown = separate_on_terminal(
      folder, "in --iterations 1000 --tolerance 0 --start 1 --duration 4 --block-frames 2");
  REQUIRE(shown.status == 0);
  CHECK_THAT(shown.out, contains("\r\x1b[?7l[1/2] ") && contains("\x1b[K\x1b[?7h"));
  const auto rate_before = [&](std::size_t unit) {
    return std::stod(shown.out.substr(shown.out.rfind(", ", unit) + 2));
  };
  // The last that was shown on the way, and that of the summary.
  const double on_the_way = rate_before(shown.out.rfind(" × real time, "));
  const double of_all = rate_before(shown.out.rfind(" × real time"));
  CHECK(on_the_way < 10 * of_all);
}

TEST_CASE("a terminal shows how far a pipe of unknown length has come") {
  if (!has_terminal()) NMFSEP_SKIP("no script here");
  const Batch folder(1);
  const auto shown = separate_on_terminal(folder, "- --raw-rate 8000 --block-frames 2",
                                          "head -c 600000 /dev/zero | ");
  CHECK(shown.status == 0);
  CHECK_THAT(shown.out, contains(": standard input\x1b[K"));
}

TEST_CASE("two thousand files, a hundred of them bad: memory and descriptors stay", "[.batch]") {
  test::Tally tally("2000 files, 100 of them bad");
  test::ProgramOptions few_files;
  few_files.open_files = 40;
  const auto peak_memory = [&](int count, const std::vector<std::string>& more) {
    const Batch folder(count, 20);
    const auto result = folder.run("out", with_manifest_and(more), few_files);
    CHECK(result.status == 1);
    CHECK_THAT(result.err, contains(fmt::format("{} of {} files separated, 0 skipped, {} failed",
                                                count - count / 20, count, count / 20)));
    for (int i = 19; i < count; i += 20)
      CHECK_THAT(result.err, contains(fmt::format("\nnmfsep: '{}'\n", Batch::input(i))));
    CHECK(folder.contents("out").size() == 2U * static_cast<unsigned>(count - count / 20));
    CHECK(folder.manifest().size() == static_cast<unsigned>(count));
    tally.saw(result);
    return result.peak_memory;
  };
  for (const char* jobs : {"1", "4"}) {
    const double few = peak_memory(200, {"--jobs", jobs});
    const double many = peak_memory(2000, {"--jobs", jobs});
    // The names, plan and record of each file, and no more.
    tally.add(fmt::format("--jobs {}", jobs),
              many - few < 1800 * 6e3
                  ? ""
                  : fmt::format("peak of {:.0f} and of {:.0f} bytes", few, many));
  }
}
