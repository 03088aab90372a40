#pragma once

#include <string>
#include <vector>

#include "json/json_output.hpp"
#include "nmfsep/evaluation/summary.hpp"

namespace nmfsep::cli {

/// Over all tracks that were scored: for each source, and for all sources of all tracks together,
/// the statistic of every metric. With improvements over the mixture also their means weighted by
/// the tracks' lengths. `tracks` as by `score_track`, those that failed without "sources".
Json aggregate_scores(const Json& tracks, const std::vector<std::string>& metrics,
                      Statistic statistic);

/// The scores for people: a line a source of each track and, indented, one for each oracle, then
/// the same over the tracks.
std::string table_of(const Json& tracks, const Json& aggregate,
                     const std::vector<std::string>& metrics);

/// The scores for spreadsheets (RFC 4180): a line a source of each track, and also a line a frame
/// where the tracks have frames, and a line an oracle. Undefined values are empty.
std::string csv_of(const Json& tracks, const std::vector<std::string>& metrics);

/// The metrics, and with improvements in `tracks` theirs.
std::vector<std::string> columns_of(const Json& tracks, const std::vector<std::string>& metrics);

}  // namespace nmfsep::cli
