// Scores of synthetic signals by other programs: see tests/reference/evaluation.py.
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/evaluation/stoi.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/synthetic_signals.hpp"

using nlohmann::json;
using nmfsep::BssCriteria;
using nmfsep::BssEvalOptions;
using nmfsep::BssEvalResult;
using nmfsep::BssFilters;
using nmfsep::BssScore;
using nmfsep::Framing;
using nmfsep::Index;
using nmfsep::Score;
using nmfsep::StoiVariant;
using nmfsep::test::SyntheticSignals;

namespace {

const json& cases() {
  static const json table = json::parse(
      nmfsep::test::read_bytes(nmfsep::test::project_folder() / "tests/reference/evaluation.json"));
  return table.at("cases");
}

SyntheticSignals signals_of(const json& row) {
  return nmfsep::test::synthetic_signals(
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
    check_scores(nmfsep::bss_eval(signals.references, signals.estimates,
                                  framed(row, BssFilters::whole_signal)),
                 row.at("v4"), 1e-8);
  }
}

TEST_CASE("images with filters a frame score what museval scores") {
  for (const json& row : cases()) {
    if (!row.contains("v3_frames")) continue;
    INFO(row.at("seed"));
    const auto signals = signals_of(row);
    check_scores(
        nmfsep::bss_eval(signals.references, signals.estimates, framed(row, BssFilters::per_frame)),
        row.at("v3_frames"), 1e-8);
  }
}

TEST_CASE("sources and their permutation score what mir_eval and fast_bss_eval score") {
  for (const json& row : cases()) {
    if (!row.contains("v3_sources")) continue;
    INFO(row.at("seed"));
    auto signals = signals_of(row);
    check_scores(nmfsep::bss_eval(signals.references, signals.estimates, {}), row.at("fast"), 1e-7);
    std::reverse(signals.estimates.begin(), signals.estimates.end());
    const auto result = nmfsep::bss_eval(signals.references, signals.estimates, {.permute = true});
    check_scores(result, row.at("v3_sources"), 1e-8);
    CHECK(result.frames[0].permutation ==
          row.at("v3_sources").at("permutation").get<std::vector<Index>>());
  }
}

TEST_CASE("intelligibility is what pystoi says, at every sample rate") {
  for (const json& row : cases()) {
    INFO(row.at("rate"));
    const auto signals = signals_of(row);
    const nmfsep::Signal noisy = signals.estimates[0].col(0) + signals.estimates[1].col(0);
    const auto score = [&](StoiVariant variant) {
      return nmfsep::stoi(signals.references[0].col(0), noisy, row.at("rate"), variant).value();
    };
    CHECK(std::abs(score(StoiVariant::stoi) - row.at("stoi").at("stoi").get<double>()) < 1e-6);
    CHECK(std::abs(score(StoiVariant::extended) - row.at("stoi").at("estoi").get<double>()) < 1e-4);
  }
}
