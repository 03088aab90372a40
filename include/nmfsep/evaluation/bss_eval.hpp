#pragma once

#include <span>
#include <vector>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// What counts as distortion.
enum class BssCriteria {
  sources,  ///< any filtering of the reference is forgiven: SDR, SIR, SAR (BSS Eval "sources")
};

struct BssEvalOptions {
  BssCriteria criteria = BssCriteria::sources;
  int filter_length = 512;  ///< taps of the allowed distortion filters; 1 allows gains only
  bool permute = false;     ///< search the assignment of estimates with the best mean SIR

  /// Throws InvalidArgument unless 1 <= filter_length <= 65536.
  void validate() const;
};

/// How well one source was separated, in dB.
struct BssScore {
  Score sdr;  ///< to all distortion
  Score sir;  ///< to what leaked from the other sources; undefined for a single source
  Score sar;  ///< to what no source explains
};

/// The scores of one stretch of the signals.
struct BssFrame {
  std::vector<Index> permutation;  ///< [j]: the estimate that was scored against reference j
  std::vector<BssScore> sources;   ///< [j]: scores of reference j
};

struct BssEvalResult {
  std::vector<BssFrame> frames;  ///< one for the whole signal
};

/// BSS Eval version 3: each estimate is projected, in the least-squares sense, on its reference
/// and on all references, each filtered by `filter_length` taps; the parts are target,
/// interference and artifacts, and the scores ratios of their energies (Vincent, Gribonval and
/// Févotte, 2006, IEEE TASLP 14(4), eqs. 7-14, 17).
///
/// A silent reference leaves its own score undefined, as does a silent estimate.
/// Throws InvalidArgument unless references and estimates are equally many, non-empty, finite and
/// of one shape, and mono.
BssEvalResult bss_eval(std::span<const Signal> references, std::span<const Signal> estimates,
                       const BssEvalOptions& options);

}  // namespace nmfsep
