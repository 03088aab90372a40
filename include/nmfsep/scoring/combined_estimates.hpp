#pragma once

#include "nmfsep/scoring/score_track.hpp"

namespace nmfsep {

/// Makes estimates that are components, of which there are at least as many as references, into one
/// of each reference: the sum of those that fit it best (see Combination), called "1+4". Throws as
/// `open_track`, and InvalidArgument where there are fewer.
CombinationScores combine_estimates(MatchedFiles& files, const OpenOptions& options);

}  // namespace nmfsep
