#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "nmfsep/evaluation/bss_eval.hpp"
#include "support/catch.hpp"
#include "support/synthetic_signals.hpp"

namespace fs = std::filesystem;
using nlohmann::json;
using nmfsep::BssFrame;
using nmfsep::Index;

namespace {

json load(const fs::path& path) { return json::parse(std::ifstream(path)); }

const fs::path source_folder = NMFSEP_SOURCE_DIR;

void check_equal(const nmfsep::Score& score, const json& expected) {
  // Other programs give infinity where we say that there is no interference.
  const bool number = expected.is_number() && std::isfinite(expected.get<double>());
  REQUIRE(score.has_value() == number);
  if (number) CHECK(std::abs(*score - expected.get<double>()) < 1e-6);
}

}  // namespace

TEST_CASE("scores of synthetic signals equal mir_eval's") {
  const json table = load(source_folder / "tests/reference/bss_eval_sources.json");
  for (const json& wanted : table.at("cases")) {
    auto signals = nmfsep::test::synthetic_signals(
        {wanted.at("seed"), wanted.at("sources"), wanted.at("channels"), wanted.at("samples")});
    std::reverse(signals.estimates.begin(), signals.estimates.end());
    const auto result = nmfsep::bss_eval(signals.references, signals.estimates, {.permute = true});
    const BssFrame& frame = result.frames.at(0);
    CHECK(frame.permutation == wanted.at("permutation").get<std::vector<Index>>());
    for (std::size_t j = 0; j < frame.sources.size(); ++j) {
      check_equal(frame.sources[j].sdr, wanted.at("sdr")[j]);
      check_equal(frame.sources[j].sir, wanted.at("sir")[j]);
      check_equal(frame.sources[j].sar, wanted.at("sar")[j]);
    }
  }
}
