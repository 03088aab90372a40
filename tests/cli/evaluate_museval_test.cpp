// The files of --museval-json beside the one that museval wrote itself: tests/reference/demo.py.
#include <nlohmann/json.hpp>

#include "support/audio_files.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/degraded_demo.hpp"
#include "support/paths.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
using nlohmann::json;

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
  json ours = json::parse(test::read_bytes(folder / "scores/demo.json"));
  json theirs = json::parse(test::read_bytes(root / "tests/reference/demo_museval.json"));
  CHECK(ours == theirs);
}
