#pragma once

#include <memory>
#include <vector>

#include "nmfsep/masking/oracle_mask.hpp"
#include "nmfsep/scoring/track_signals.hpp"

namespace nmfsep {

/// An estimate of each reference by masks made from the references, for the analysis that
/// separation uses at this rate, by a `Separator`. The mixture is the track's, or where it has none
/// the sum of the references. Reads the files anew, in blocks, and keeps the estimates in temporary
/// files: memory does not grow with their length. Throws FileError.
std::vector<std::unique_ptr<SignalReader>> oracle_signals(const TrackSignals& signals,
                                                          OracleMask kind);

}  // namespace nmfsep
