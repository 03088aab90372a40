// Scores of synthetic signals, and of the demo's degraded stems, by other programs: see
// tests/reference/evaluation.py and demo.py.
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/evaluation/stoi.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/degraded_demo.hpp"
#include "support/paths.hpp"
#include "support/synthetic_signals.hpp"

using namespace nmfsep;
using nlohmann::json;
using test::synthetic_signals;
using test::SyntheticSignals;

namespace {

json load(const char* name) {
  return json::parse(test::read_bytes(test::project_folder() / "tests/reference" / name));
}

const json& cases() {
  static const json table = load("evaluation.json");
  return table.at("cases");
}

SyntheticSignals signals_of(const json& row) {
  return test::synthetic_signals(
      {row.at("seed"), row.at("sources"), row.at("channels"), row.at("samples")});
}

/// A number per source, or per source and frame.
const json& value(const json& scores, const char* metric, std::size_t j, std::size_t t) {
  const json& entry = scores.at(metric).at(j);
  return entry.is_array() ? entry.at(t) : entry;
}

/// Every metric that `expected` has is within `tolerance` dB.
void check_scores(const BssEvalResult& result, const json& expected, double tolerance) {
  for (const auto& [name, member] : {std::pair{"sdr", &BssScore::sdr},
                                     {"isr", &BssScore::isr},
                                     {"sir", &BssScore::sir},
                                     {"sar", &BssScore::sar}}) {
    if (!expected.contains(name)) continue;
    for (std::size_t t = 0; t < result.frames.size(); ++t)
      for (std::size_t j = 0; j < result.frames[t].sources.size(); ++j) {
        INFO(name << " of source " << j << ", frame " << t);
        const Score& score = result.frames[t].sources[j].*member;
        const json& wanted = value(expected, name, j, t);
        REQUIRE(score.has_value() == wanted.is_number());
        if (score) CHECK(std::abs(*score - wanted.get<double>()) < tolerance);
      }
  }
}

BssEvalOptions framed(const json& row, BssFilters filters) {
  return {.criteria = BssCriteria::images,
          .filters = filters,
          .framing = Framing{row.at("window").get<Index>(), row.at("hop").get<double>()}};
}

}  // namespace

TEST_CASE("BSS Eval version 4 scores what museval scores") {
  for (const json& row : cases()) {
    INFO(row.at("seed"));
    const auto signals = signals_of(row);
    check_scores(
        bss_eval(signals.references, signals.estimates, framed(row, BssFilters::whole_signal)),
        row.at("v4"), 1e-8);
  }
}

TEST_CASE("images with filters a frame score what museval scores") {
  for (const json& row : cases()) {
    if (!row.contains("v3_frames")) continue;
    INFO(row.at("seed"));
    const auto signals = signals_of(row);
    check_scores(
        bss_eval(signals.references, signals.estimates, framed(row, BssFilters::per_frame)),
        row.at("v3_frames"), 1e-8);
  }
}

TEST_CASE("sources and their permutation score what mir_eval and fast_bss_eval score") {
  for (const json& row : cases()) {
    if (!row.contains("v3_sources")) continue;
    INFO(row.at("seed"));
    auto signals = signals_of(row);
    check_scores(bss_eval(signals.references, signals.estimates, {}), row.at("fast"), 1e-7);
    std::reverse(signals.estimates.begin(), signals.estimates.end());
    const auto result = bss_eval(signals.references, signals.estimates, {.permute = true});
    check_scores(result, row.at("v3_sources"), 1e-8);
    CHECK(result.frames[0].permutation ==
          row.at("v3_sources").at("permutation").get<std::vector<Index>>());
  }
}

TEST_CASE("the demo's stems score what mir_eval and museval score") {
  const json table = load("demo.json");
  test::DegradedDemo demo = test::degraded_demo();
  const auto second = static_cast<double>(demo.sample_rate);
  const BssEvalOptions version_4{.criteria = BssCriteria::images,
                                 .filters = BssFilters::whole_signal,
                                 .framing = Framing{demo.sample_rate, second},
                                 .undefined_together = true};
  check_scores(bss_eval(demo.references, demo.estimates, version_4), table.at("v4"), 1e-8);
  std::rotate(demo.estimates.begin(), demo.estimates.end() - 1, demo.estimates.end());
  const auto result = bss_eval(demo.references, demo.estimates, {.permute = true});
  check_scores(result, table.at("rotated_by_one"), 1e-8);
  CHECK(result.frames[0].permutation ==
        table.at("rotated_by_one").at("permutation").get<std::vector<Index>>());
}

TEST_CASE("intelligibility is what pystoi says, at every sample rate") {
  for (const json& row : cases()) {
    INFO(row.at("rate"));
    const auto signals = signals_of(row);
    const Signal noisy = signals.estimates[0].col(0) + signals.estimates[1].col(0);
    const auto score = [&](StoiVariant variant) {
      return stoi(signals.references[0].col(0), noisy, row.at("rate"), variant).value();
    };
    CHECK(std::abs(score(StoiVariant::stoi) - row.at("stoi").at("stoi").get<double>()) < 1e-6);
    CHECK(std::abs(score(StoiVariant::extended) - row.at("stoi").at("estoi").get<double>()) < 1e-4);
  }
}
