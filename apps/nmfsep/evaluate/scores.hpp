#pragma once

#include "evaluate/metrics.hpp"
#include "json/json_output.hpp"
#include "nmfsep/core/diagnostics.hpp"

namespace nmfsep::cli {

/// The scores of one track as it stands in the JSON output: its name, length and reliability, and
/// "sources", each with its name and a value or null for each metric. With a mixture the
/// ratios that it has too have an "…_improvement" beside them. What oracles score is in the
/// source's "oracles", by their names. Throws FileError and InvalidArgument.
Json score_track(const TrackPaths& track, const TrackRequest& request,
                 const ScoreSettings& settings, Diagnostics& diagnostics);

/// A score as a JSON number or null, and back.
Json to_json(const Score& score);
Score to_score(const Json& value);

}  // namespace nmfsep::cli
