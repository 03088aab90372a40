#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "nmfsep/scoring/score_track.hpp"

namespace nmfsep {

/// How scores are spread over tracks.
enum class Spread { minimum, lower_quartile, median, upper_quartile, maximum, mean, deviation };

/// "min", "lower_quartile", "median", "upper_quartile", "max", "mean", "std".
std::string_view name_of(Spread spread);

/// The scores of several tracks as one.
struct Summary {
  std::string name;  ///< the source's, or empty for all sources together
  Values values;
  Values improvements;
  std::map<OracleMask, Values> oracles;
  std::map<OracleMask, Values> oracle_improvements;
  std::map<Spread, Values> spread;              ///< of the values, where asked for
  std::map<Spread, Values> improvement_spread;  ///< of the improvements

  /// Means over tracks weighted by their lengths, where there are improvements: of SDR's, of SIR
  /// and of SAR (Ozerov et al., 2007; MIREX).
  Score gnsdr, gsir, gsar;
};

struct Aggregate {
  Statistic statistic = Statistic::median;
  std::size_t tracks = 0;
  std::vector<Summary> sources;  ///< in the order in which their names first appear
  Summary all;                   ///< of all sources of all tracks
};

struct AggregateOptions {
  Statistic statistic = Statistic::median;
  std::vector<Spread> spread = {};
};

/// Undefined scores are left out; of none but undefined ones the summary is undefined.
Aggregate aggregate(std::span<const TrackScores> tracks, const AggregateOptions& options);

/// A statistic of the scores that are defined. Quartiles lie between neighbours as numpy's default
/// has them; the deviation is that of a sample, and undefined for less than two.
Score spread_of(std::span<const Score> scores, Spread spread);

}  // namespace nmfsep
