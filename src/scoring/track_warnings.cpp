#include "scoring/track_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "nmfsep/core/text.hpp"
#include "nmfsep/evaluation/lag.hpp"

namespace nmfsep {

TrackWarnings::TrackWarnings(const std::string& track, Diagnostics& diagnostics)
    : track_(printable(track)), diagnostics_(diagnostics) {}

void TrackWarnings::reliability(const TrackScores::Reliability& reliability) {
  // More unknowns than samples depend on each other whatever the references are.
  if (reliability.ill_conditioned && !reliability.underdetermined)
    warn(WarningCode::ill_conditioned,
         fmt::format("references are band-limited or predict each other (conditioning {:.1e}): "
                     "solved in extended precision; what programs in double say of ISR, SIR and "
                     "SAR here depends on rounding",
                     reliability.conditioning));
  if (reliability.underdetermined)
    warn(WarningCode::underdetermined,
         "the filters have more unknowns than there are samples, so SIR and SAR are undefined");
  if (reliability.cut_from_whole)
    warn(WarningCode::cut_from_whole,
         "frames were cut from the filtered whole signal: with silence around each frame, as in "
         "museval, the edges of the filters would outweigh what they explain");
}

void TrackWarnings::silence(const SourceScores& source) {
  const auto silent = std::count_if(source.frames.begin(), source.frames.end(),
                                    [](const FrameScores& frame) { return frame.scores.silent; });
  if (silent > 0)
    warn(WarningCode::silent_frames,
         fmt::format("{} of {} frames of '{}' are silent in the reference or "
                     "estimate, and so undefined and left out",
                     silent, source.frames.size(), printable(source.name)));
}

void TrackWarnings::lag(const std::string& source, SignalReader& reference,
                        SignalReader& estimate) {
  constexpr Index largest_lag = 8192;
  const Lag lag = find_lag(reference, estimate, largest_lag);
  if (lag.correlation < 0.3 || lag.correlation < 1.5 * lag.correlation_at_0) return;
  warn(WarningCode::lag,
       fmt::format("the estimate of '{}' is {} samples too {} (correlation {:.2f} there, "
                   "{:.2f} without a shift)",
                   printable(source), std::abs(lag.samples), lag.samples > 0 ? "late" : "early",
                   lag.correlation, lag.correlation_at_0));
}

void TrackWarnings::warn(WarningCode code, const std::string& message) {
  diagnostics_.warn(code, fmt::format("'{}': {}", track_, message));
}

}  // namespace nmfsep
