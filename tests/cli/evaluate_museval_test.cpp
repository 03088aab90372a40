// The files of --museval-json beside the one that museval wrote itself: tests/reference/demo.py.
#include "cli/two_sources.hpp"
#include "support/bytes.hpp"
#include "support/degraded_demo.hpp"
#include "support/paths.hpp"

using namespace nmfsep;

TEST_CASE("evaluate writes the file that museval writes, to its five decimals") {
  const test::TemporaryFolder folder;
  const test::DegradedDemo demo = test::degraded_demo();
  std::filesystem::create_directory(folder / "demo");
  for (std::size_t j = 0; j < demo.names.size(); ++j)
    test::write_audio(folder / ("demo/" + demo.names[j] + ".wav"),
                      {demo.estimates[j].cast<float>(), demo.sample_rate});
  const std::filesystem::path root = test::project_folder();
  const auto result =
      test::run_program({"evaluate", (root / "data/test").string(), (folder / "demo").string(),
                         "--preset", "museval", "--museval-json", (folder / "scores").string()});
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK(test::read_bytes(folder / "scores/demo.json") ==
        test::read_bytes(root / "tests/reference/demo_museval.json"));
}

TEST_CASE("museval's files hold NaN where a score is undefined, and frames with every preset") {
  test::TwoSources folder;
  folder.add_track("ref", "est", 5, 2 * test::rate);
  Matrix half = test::noise(9, 2 * test::rate);
  half.topRows(test::rate).setZero();
  folder.write("ref/a.wav", half);
  for (const char* preset : {"museval", "mdx"}) {
    const std::string name = std::string("mus_") + preset;
    REQUIRE(folder.evaluate({"--preset", preset, "--museval-json", folder.at(name)}).status == 0);
    const std::string text = test::read_bytes(folder / (name + "/est.json"));
    CHECK_THAT(text, contains("\"time\": 1.0,") && contains("\"SDR\": NaN,"));
    CHECK(text.find("null") == std::string::npos);
  }
  CHECK(test::read_bytes(folder / "mus_museval/est.json") ==
        test::read_bytes(folder / "mus_mdx/est.json"));
}

TEST_CASE("the flag --museval-json adds nothing to the other outputs") {
  test::TwoSources folder;
  const auto outputs = [&](const std::string& name, std::vector<std::string> more) {
    more.insert(more.end(), {"--preset", "museval", "--csv", folder.at(name + ".csv"), "--json",
                             folder.at(name + ".json")});
    REQUIRE(folder.evaluate(more).status == 0);
    return test::read_bytes(folder / (name + ".csv")) + test::read_bytes(folder / (name + ".json"));
  };
  CHECK(outputs("with", {"--museval-json", folder.at("mus")}) == outputs("without", {}));
}
