#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "nmfsep/evaluation/bss_eval.hpp"
#include "nmfsep/masking/oracle_mask.hpp"

namespace nmfsep {

/// What can be told of an estimate, in the order in which tables show it.
enum class Metric {
  sdr,  ///< to sar: BSS Eval, of its frames together
  isr,
  sir,
  sar,
  snr,  ///< to si_sar: ratios of energies without filters, over the whole signal
  mdx_sdr,
  sd_sdr,
  srr,
  si_sdr,
  si_sir,
  si_sar,
  stoi,  ///< and estoi: intelligibility
  estoi,
};

/// All of them, in their order.
std::span<const Metric> all_metrics();

/// "sdr", "mdx_sdr", …: stable, for files.
std::string_view name_of(Metric metric);

/// The metric of that name, in capitals or not, with - for _ or not; nothing for another.
std::optional<Metric> metric_named(std::string_view name);

/// Whether the metric is a ratio in dB that the mixture has too, and worse.
bool is_improvable(Metric metric);

/// Whether the metric is an index of about 0 to 1 and not a ratio in dB.
bool is_index(Metric metric);

/// A metric of BSS Eval; null for the other metrics.
Score BssScore::*bss_score(Metric metric);

using Values = std::map<Metric, Score>;

/// "ibm", "irm1", "irm2", "psm".
std::string_view name_of(OracleMask oracle);
std::optional<OracleMask> oracle_named(std::string_view name);
std::span<const OracleMask> all_oracles();

}  // namespace nmfsep
