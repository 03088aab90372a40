#pragma once

#include <string>

#include "evaluate/outcome.hpp"

namespace nmfsep::cli {

/// A scored track, with its frames, as museval 0.4.1 writes and loads it, to
/// the byte: five decimals, and NaN, which is no JSON but is what museval
/// reads, where a score is undefined.
std::string museval_document(const TrackScores& track, const ScoreOptions& options);

}  // namespace nmfsep::cli
