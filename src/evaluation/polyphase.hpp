#pragma once

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// `signal` at `to_rate` Hz: a linear-phase low-pass filter, a Kaiser window of 60 dB rejection
/// and a transition band of a tenth of the cut-off, evaluated at the new samples only (Crochiere
/// and Rabiner, 1983, ch. 3). The definition of STOI's scores includes this filter, so they need
/// it where other code resamples through `resample`. Length ⌈samples · to_rate / from_rate⌉.
Eigen::VectorXd resample_polyphase(const Eigen::Ref<const Eigen::VectorXd>& signal, int from_rate,
                                   int to_rate);

}  // namespace nmfsep
