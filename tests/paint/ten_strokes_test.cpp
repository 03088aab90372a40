// What a user who paints gains: a project of the page (ten_strokes), against what the program finds
// by itself.
#include <nlohmann/json.hpp>

#include <algorithm>

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

using namespace nmfsep;
namespace fs = std::filesystem;

namespace {

const fs::path& sounds() {
  static const fs::path folder = test::project_folder() / "../shared/audio/drums_bass";
  return folder;
}

fs::path project() { return test::project_folder() / "tests/paint/ten_strokes/project.json"; }

/// A folder with the two references in it.
class Scored : public test::TemporaryFolder {
 public:
  Scored() {
    fs::create_directory(*this / "references");
    for (const char* name : {"bass.flac", "drums.flac"})
      fs::copy_file(sounds() / name, *this / "references" / name);
  }

  test::ProgramResult run(std::vector<std::string> words) const {
    const test::ProgramResult result = test::run_program(words, {path()});
    INFO(result.err);
    REQUIRE(result.status == 0);
    return result;
  }

  void separate(std::vector<std::string> how, const std::string& out) const {
    how.insert(how.begin(), {"separate", (sounds() / "mix.flac").string(), "-q", "-o", out});
    run(how);
  }

  /// Mean SDR of both, dB, with whichever naming is better where the program could not know it.
  double sdr(const std::string& out) const {
    const auto json =
        nlohmann::json::parse(run({"evaluate", "references", out + "/mix", "--permute",
                                   "--aggregate", "mean", "--json", "-", "-q"})
                                  .out);
    double sum = 0;
    const auto& sources = json.at("tracks").at(0).at("sources");
    for (const auto& source : sources) sum += source.at("sdr").get<double>();
    return sum / static_cast<double>(sources.size());
  }
};

}  // namespace

TEST_CASE("ten strokes on drums and bass bring 3 dB of SDR over separation without a user") {
  if (!fs::exists(sounds())) NMFSEP_SKIP(sounds().string() << " is not there");
  const auto saved = nlohmann::json::parse(test::read_bytes(project()));
  CHECK(saved.at("strokes").size() <= 10);
  CHECK(saved.at("models").empty());
  const Scored folder;
  double alone = -100;  // the best of some seeds, which a user could not choose
  for (const char* seed : {"2", "3"}) {
    folder.separate({"-c", "40", "--group", "2", "--seed", seed}, seed);
    alone = std::max(alone, folder.sdr(seed));
  }
  CHECK(alone > 1.5);
  folder.separate({"--guide", project().string()}, "painted");
  CHECK(folder.sdr("painted") > alone + 3);
}
