#include "separate/component_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nmfsep::cli {
namespace {

constexpr double lowest = 40;  // Hz
constexpr double highest = 2000;
constexpr double least_peak = 0.6;  // of the autocorrelation, where 1 is a spectrum of lines
constexpr double nearly = 0.9;      // as high as the highest: multiples of a period are alike

/// What a Hann window of `length` samples leaves of an autocorrelation at a lag (Boersma, 1993), as
/// others of its kind do.
double window_autocorrelation(double lag, double length) {
  const double part = lag / length;
  const double angle = 2 * std::numbers::pi * part;
  return (1 - part) * (2.0 / 3 + std::cos(angle) / 3) + std::sin(angle) / (2 * std::numbers::pi);
}

/// The autocorrelation that belongs to the power spectrum of a frame, at lags 0 to `most`, 1 at lag
/// 0.
std::vector<double> autocorrelation(const VectorView& spectrum, const StftOptions& stft,
                                    Index most) {
  const float floor = 1e-3F * spectrum.maxCoeff();  // what lies below does not count
  std::vector<double> result(static_cast<std::size_t>(most + 1), 0.0);
  double total = 0;
  for (Index bin = 0; bin < spectrum.size(); ++bin) {
    if (spectrum(bin) <= floor) continue;
    const double power = static_cast<double>(spectrum(bin)) * static_cast<double>(spectrum(bin));
    const double step = 2 * std::numbers::pi * static_cast<double>(bin) / stft.fft_size;
    total += power;
    for (std::size_t lag = 0; lag < result.size(); ++lag)
      result[lag] += power * std::cos(step * static_cast<double>(lag));
  }
  for (std::size_t lag = 0; lag < result.size(); ++lag)
    result[lag] /= std::max(total, 1e-30) *
                   window_autocorrelation(static_cast<double>(lag), stft.window_length());
  return result;
}

}  // namespace

std::optional<double> pitch_of(const VectorView& spectrum, const Analysis& analysis) {
  const double rate = analysis.sample_rate;
  const auto longest =
      std::min<Index>(static_cast<Index>(rate / lowest), analysis.stft.window_length() / 3);
  const auto shortest = std::max<Index>(2, static_cast<Index>(rate / highest));
  if (longest <= shortest || spectrum.maxCoeff() <= 0) return std::nullopt;
  const std::vector<double> r = autocorrelation(spectrum, analysis.stft, longest + 1);
  const auto at = [&](Index lag) { return r[static_cast<std::size_t>(lag)]; };
  const auto is_peak = [&](Index lag) { return at(lag) > at(lag - 1) && at(lag) >= at(lag + 1); };
  double highest_peak = 0;
  for (Index lag = shortest; lag <= longest; ++lag)
    if (is_peak(lag)) highest_peak = std::max(highest_peak, at(lag));
  if (highest_peak < least_peak) return std::nullopt;
  Index lag = shortest;
  while (!is_peak(lag) || at(lag) < nearly * highest_peak) ++lag;
  const double bend = at(lag - 1) - 2 * at(lag) + at(lag + 1);  // a parabola through three points
  return rate / (static_cast<double>(lag) + 0.5 * (at(lag - 1) - at(lag + 1)) / bend);
}

std::vector<ComponentFacts> facts_of(const Decomposition& found, const Analysis& analysis) {
  std::vector<ComponentFacts> facts;
  double total = 0;
  for (std::size_t s = 0; s < found.sources.size(); ++s) {
    const auto energy = static_cast<double>(found.sources[s].magnitudes.squaredNorm());
    facts.push_back({found.sources[s].name, energy, pitch_of(found.factors[s].W.col(0), analysis)});
    total += energy;
  }
  for (ComponentFacts& each : facts) each.share /= std::max(total, 1e-30);
  return facts;
}

std::string to_string(const ComponentFacts& facts) {
  return fmt::format("{}: {:.1f} % of the energy, {}", facts.name, 100 * facts.share,
                     facts.pitch ? fmt::format("{:.0f} Hz", *facts.pitch) : "noisy");
}

Json to_json(const std::vector<ComponentFacts>& facts) {
  Json list = Json::array();
  for (const ComponentFacts& each : facts)
    list.push_back({{"component", each.name},
                    {"energy_share", number(each.share)},
                    {"pitch_hz", each.pitch ? Json(*each.pitch) : Json(nullptr)}});
  return list;
}

}  // namespace nmfsep::cli
