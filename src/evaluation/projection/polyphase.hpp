#pragma once

#include <vector>

#include "nmfsep/core/types.hpp"

namespace nmfsep {

/// Changes the sample rate by a linear-phase low-pass filter, a Kaiser window of 60 dB rejection
/// and a transition band of a tenth of the cut-off, evaluated at the new samples only (Crochiere
/// and Rabiner, 1983, ch. 3). The definition of STOI's scores includes this filter, so they need it
/// where other code resamples through `resample`.
class PolyphaseResampler {
 public:
  PolyphaseResampler(int from_rate, int to_rate);  ///< Hz

  /// `signal` at the new rate: ⌈samples · to_rate / from_rate⌉ samples.
  Eigen::VectorXd operator()(const Eigen::Ref<const Eigen::VectorXd>& signal) const;

 private:
  /// Filters of some neighbouring phases of the output, over all the input that any of them meets.
  struct Group {
    Index first = 0;       ///< the first of that input, counted as from `lead_` rounds early
    Eigen::MatrixXd taps;  ///< phases × input samples
  };

  Index up_ = 1;    ///< outputs a round
  Index down_ = 1;  ///< input samples a round
  Index lead_ = 0;  ///< rounds that the filters look back
  std::vector<Group> groups_;
};

}  // namespace nmfsep
