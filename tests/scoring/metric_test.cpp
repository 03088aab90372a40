#include "nmfsep/scoring/metric.hpp"

#include "support/catch.hpp"

using namespace nmfsep;

TEST_CASE("every metric and every oracle is found by its name") {
  for (const Metric metric : all_metrics()) CHECK(metric_named(name_of(metric)) == metric);
  for (const OracleMask oracle : all_oracles()) CHECK(oracle_named(name_of(oracle)) == oracle);
  CHECK(metric_named("SI-SDR") == Metric::si_sdr);
  CHECK(name_of(Metric::mdx_sdr) == "mdx_sdr");
  CHECK_FALSE(metric_named("").has_value());
  CHECK_FALSE(metric_named("pesq").has_value());
}

TEST_CASE("metrics of BSS Eval lead to their scores, and the others to none") {
  BssScore score;
  score.isr = 3.0;
  CHECK(score.*bss_score(Metric::isr) == 3.0);
  CHECK(bss_score(Metric::snr) == nullptr);
  CHECK(bss_score(Metric::estoi) == nullptr);
  CHECK(is_improvable(Metric::sdr));
  CHECK_FALSE(is_improvable(Metric::sar));
}
