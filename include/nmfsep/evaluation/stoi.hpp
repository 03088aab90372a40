#pragma once

#include <optional>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

enum class StoiVariant {
  stoi,      ///< correlations of clipped band envelopes (Taal et al., 2011, IEEE TASLP 19(7))
  extended,  ///< of normalised spectra, also for modulated maskers (Jensen and Taal, 2016,
             ///< IEEE/ACM TASLP 24(11))
};

/// Short-time objective intelligibility of `estimate` given the clean `reference`, about 0
/// (unintelligible) to 1, at 10 kHz in 15 third-octave bands from 150 Hz. The mean over channels.
///
/// Framing and resampling follow pystoi 0.4.1. Empty when a channel of either signal is silent, or
/// when fewer than 30 frames (0.4 s) are left of a channel without its silent frames.
/// Throws InvalidArgument when the shapes differ, on NaN or infinity, or without a sample rate.
std::optional<double> stoi(const Signal& reference, const Signal& estimate, int sample_rate,
                           StoiVariant variant);

}  // namespace nmfsep
