#include "nmfsep/scoring/metric.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace nmfsep {
namespace {

struct Entry {
  Metric metric;
  std::string_view name;
  bool improvable;
};

constexpr std::array metric_entries{
    Entry{Metric::sdr, "sdr", true},        Entry{Metric::isr, "isr", false},
    Entry{Metric::sir, "sir", true},        Entry{Metric::sar, "sar", false},
    Entry{Metric::snr, "snr", true},        Entry{Metric::mdx_sdr, "mdx_sdr", true},
    Entry{Metric::sd_sdr, "sd_sdr", true},  Entry{Metric::srr, "srr", false},
    Entry{Metric::si_sdr, "si_sdr", true},  Entry{Metric::si_sir, "si_sir", true},
    Entry{Metric::si_sar, "si_sar", false}, Entry{Metric::stoi, "stoi", false},
    Entry{Metric::estoi, "estoi", false},
};

struct OracleEntry {
  OracleMask oracle;
  std::string_view name;
};

constexpr std::array oracle_entries{
    OracleEntry{OracleMask::binary, "ibm"}, OracleEntry{OracleMask::ratio, "irm1"},
    OracleEntry{OracleMask::power_ratio, "irm2"}, OracleEntry{OracleMask::phase_sensitive, "psm"}};

/// Small letters, with _ for -.
std::string plain(std::string_view name) {
  std::string result(name);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::tolower(c));
  });
  return result;
}

const Entry& entry_of(Metric metric) { return metric_entries[static_cast<std::size_t>(metric)]; }

template <typename Entries>
auto find_named(const Entries& entries_to_search, const std::string& name) {
  return std::find_if(entries_to_search.begin(), entries_to_search.end(),
                      [&](const auto& entry) { return entry.name == name; });
}

}  // namespace

std::span<const Metric> all_metrics() {
  static const auto metrics = [] {
    std::array<Metric, metric_entries.size()> all{};
    std::transform(metric_entries.begin(), metric_entries.end(), all.begin(),
                   [](const Entry& entry) { return entry.metric; });
    return all;
  }();
  return metrics;
}

std::string_view name_of(Metric metric) { return entry_of(metric).name; }

std::optional<Metric> metric_named(std::string_view name) {
  const auto entry = find_named(metric_entries, plain(name));
  return entry == metric_entries.end() ? std::nullopt : std::optional(entry->metric);
}

bool is_improvable(Metric metric) { return entry_of(metric).improvable; }

bool is_index(Metric metric) { return metric == Metric::stoi || metric == Metric::estoi; }

Score BssScore::*bss_score(Metric metric) {
  switch (metric) {
    case Metric::sdr:
      return &BssScore::sdr;
    case Metric::isr:
      return &BssScore::isr;
    case Metric::sir:
      return &BssScore::sir;
    case Metric::sar:
      return &BssScore::sar;
    default:
      return nullptr;
  }
}

std::string_view name_of(OracleMask oracle) {
  return oracle_entries[static_cast<std::size_t>(oracle)].name;
}

std::optional<OracleMask> oracle_named(std::string_view name) {
  const auto entry = find_named(oracle_entries, plain(name));
  return entry == oracle_entries.end() ? std::nullopt : std::optional(entry->oracle);
}

std::span<const OracleMask> all_oracles() {
  static constexpr std::array all{OracleMask::binary, OracleMask::ratio, OracleMask::power_ratio,
                                  OracleMask::phase_sensitive};
  return all;
}

}  // namespace nmfsep
