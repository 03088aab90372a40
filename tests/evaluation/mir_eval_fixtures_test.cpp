// The fixtures that mir_eval tests itself with, where a checkout of them lies beside the project.
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "nmfsep/audio/audio_file.hpp"
#include "nmfsep/evaluation/bss_eval.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/paths.hpp"

namespace fs = std::filesystem;
using namespace nmfsep;
using nlohmann::json;

namespace {

const fs::path folder = nmfsep::test::project_folder() / "../shared/fixtures/mir_eval";
const std::vector<std::string> numbers = {"01", "02", "03", "05", "06", "07", "08", "09"};

/// The files of a folder as mono signals, in the order of their names.
std::vector<Signal> load_mono(const fs::path& path) {
  std::vector<Signal> signals;
  for (int i = 0; fs::exists(path / (std::to_string(i) + ".wav")); ++i)
    signals.push_back(
        read_audio(path / (std::to_string(i) + ".wav")).samples.cast<double>().rowwise().mean());
  return signals;
}

/// Copies as many as there are channels, all but the first scaled.
std::vector<Signal> multichannel(const std::vector<Signal>& mono, Index channels, double gain) {
  std::vector<Signal> result;
  for (const Signal& signal : mono) {
    Signal copies = gain * signal.replicate(1, channels);
    copies.col(0) = signal;
    result.push_back(copies);
  }
  return result;
}

/// The largest difference in dB between scores and the fixture's.
double difference(const Score& score, const json& expected) {
  const bool number = expected.is_number() && std::isfinite(expected.get<double>());
  if (score.has_value() != number) return INFINITY;
  return number ? std::abs(*score - expected.get<double>()) : 0.0;
}

struct Metric {
  const char* key;
  Score BssScore::*member;
  double tolerance;      ///< dB
  double ill_tolerance;  ///< dB, where the references are predictable, and rounding counts
};

/// A fixture's value for reference j and frame t, which lies deeper where there are frames.
const json& value(const json& table, const char* key, std::size_t j, std::size_t t) {
  const json& entry = table.at(key).at(j);
  return entry.is_array() ? entry.at(t) : entry;
}

void check_table(const json& table, const BssEvalResult& result,
                 const std::vector<Metric>& metrics) {
  for (std::size_t t = 0; t < result.frames.size(); ++t) {
    const BssFrame& frame = result.frames[t];
    for (std::size_t j = 0; j < frame.sources.size(); ++j) {
      for (const Metric& metric : metrics) {
        if (!table.contains(metric.key)) continue;
        INFO(metric.key << " of source " << j << ", frame " << t << ", " << frame.conditioning);
        CHECK(difference(frame.sources[j].*metric.member, value(table, metric.key, j, t)) <
              (frame.conditioning < 1e-8 ? metric.ill_tolerance : metric.tolerance));
      }
      if (table.contains("Source permutation"))
        CHECK(static_cast<double>(frame.permutation[j]) ==
              value(table, "Source permutation", j, t).get<double>());
    }
  }
}

BssEvalOptions options_for(const json& table, BssCriteria criteria) {
  BssEvalOptions options{.criteria = criteria, .permute = !table.contains("win")};
  if (table.contains("win"))
    options.framing = Framing{table.at("win").get<Index>(), table.at("hop").get<double>()};
  return options;
}

json table_of(const std::string& number, const char* name) {
  // The fixtures write infinity in a way that JSON does not have.
  std::ifstream file(folder / ("output" + number + ".json"));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  for (std::size_t at = 0; (at = text.find("Infinity")) != std::string::npos;)
    text.replace(at, 8, "null");
  return json::parse(text).at(name);
}

}  // namespace

TEST_CASE("sources of mir_eval's fixtures score what mir_eval says") {
  if (!fs::exists(folder)) NMFSEP_SKIP(folder.string() << " is not there");
  const std::vector<Metric> metrics = {{"Source to Distortion", &BssScore::sdr, 1e-8, 1e-8},
                                       {"Source to Interference", &BssScore::sir, 1e-8, 1e-6},
                                       {"Source to Artifact", &BssScore::sar, 1e-8, 1e-6}};
  for (const std::string& number : numbers)
    for (const char* name : {"Sources", "Framewise"}) {
      INFO("fixture " << number << ", " << name);
      const json table = table_of(number, name);
      check_table(
          table,
          bss_eval(load_mono(folder / ("ref" + number)), load_mono(folder / ("est" + number)),
                   options_for(table, BssCriteria::sources)),
          metrics);
    }
}

TEST_CASE("images of mir_eval's fixtures score what mir_eval says") {
  if (!fs::exists(folder)) NMFSEP_SKIP(folder.string() << " is not there");
  // The channels of the references are copies, so mir_eval solves singular equations.
  const std::vector<Metric> metrics = {{"Source to Distortion", &BssScore::sdr, 1e-8, 1e-8},
                                       {"Image to Spatial", &BssScore::isr, 1e-8, 1e-8},
                                       {"Source to Interference", &BssScore::sir, 1e-3, 1e-3},
                                       {"Source to Artifact", &BssScore::sar, 1e-4, 1e-4}};
  for (const std::string& number : numbers)
    for (const char* name : {"Images", "Images Framewise"}) {
      INFO("fixture " << number << ", " << name);
      const json table = table_of(number, name);
      const auto channels = table.at("nchan").get<Index>();
      const auto gain = table.at("gain").get<double>();
      check_table(table,
                  bss_eval(multichannel(load_mono(folder / ("ref" + number)), channels, 1),
                           multichannel(load_mono(folder / ("est" + number)), channels, gain),
                           options_for(table, BssCriteria::images)),
                  metrics);
    }
}

TEST_CASE("mir_eval's fixtures score what mir_eval 0.8.2 computes of them, not only what it says") {
  if (!fs::exists(folder)) NMFSEP_SKIP(folder.string() << " is not there");
  const json computed =
      json::parse(test::read_bytes(test::project_folder() / "tests/reference/fixtures.json"));
  const auto metrics = [](double ill_sir, double ill_sar) {
    return std::vector<Metric>{{"sdr", &BssScore::sdr, 1e-8, 1e-8},
                               {"isr", &BssScore::isr, 1e-8, 1e-8},
                               {"sir", &BssScore::sir, 1e-8, ill_sir},
                               {"sar", &BssScore::sar, 1e-8, ill_sar}};
  };
  for (const std::string& number : numbers)
    for (const auto& [name, table] : computed.at("fixtures").at(number).items()) {
      INFO("fixture " << number << ", " << name);
      const json given = table_of(number, name.c_str());
      const bool images = name == "Images";
      const auto channels = given.value("nchan", Index{1});
      const auto gain = given.value("gain", 1.0);
      const auto result =
          bss_eval(multichannel(load_mono(folder / ("ref" + number)), channels, 1),
                   multichannel(load_mono(folder / ("est" + number)), channels, gain),
                   options_for(given, images ? BssCriteria::images : BssCriteria::sources));
      check_table(table, result, channels > 1 ? metrics(1e-3, 1e-4) : metrics(2e-6, 1e-6));
    }
}
