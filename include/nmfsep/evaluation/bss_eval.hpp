#pragma once

#include <optional>
#include <span>
#include <vector>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// What counts as distortion.
enum class BssCriteria {
  sources,  ///< any filtering of the reference is forgiven: SDR, SIR, SAR
  images,   ///< SDR and ISR see every difference from the reference, also of gain and place
};

/// Which signals the distortion filters are fitted to.
enum class BssFilters {
  per_frame,     ///< each frame has its own, as in BSS Eval version 3
  whole_signal,  ///< all frames share those of the whole signal, as in version 4
};

/// Frames of `window` samples every `hop` samples; what is left at the end is not scored. A
/// signal no longer than the window is one frame.
struct Framing {
  Index window = 0;  ///< samples, at least 1
  double hop = 0.0;  ///< samples, at least 1; starts are rounded down
};

struct BssEvalOptions {
  BssCriteria criteria = BssCriteria::sources;
  BssFilters filters = BssFilters::per_frame;
  std::optional<Framing> framing = {};  ///< without: the whole signal is one frame
  int filter_length = 512;  ///< taps of the allowed distortion filters; 1 allows gains only
  bool permute = false;     ///< search the assignment of estimates with the best mean SIR, or of
                            ///< a single reference the best SDR

  /// A frame in which any reference or estimate is silent is undefined for all sources, as in
  /// museval and mir_eval, and not for that source alone. One that is silent in all frames, where
  /// those have no scores at all, voids its own source only.
  bool undefined_together = false;

  /// Throws InvalidArgument unless 1 <= filter_length <= 65536 and the framing's rules hold.
  void validate() const;
};

/// How well one source was separated, in dB. All empty where reference or estimate is silent.
struct BssScore {
  Score sdr;  ///< to all distortion
  Score isr;  ///< of the reference to its change by filtering; empty for BssCriteria::sources
  Score sir;  ///< to what leaked from other sources; empty where no other reference sounds
  Score sar;  ///< to what no source explains

  bool silent = false;  ///< the reference or the estimate is, which leaves all others empty
};

/// The scores of one stretch of the signals.
struct BssFrame {
  Index first = 0;                 ///< sample where it starts
  Index samples = 0;               ///< its length
  std::vector<Index> permutation;  ///< [j]: the estimate that was scored against reference j
  std::vector<BssScore> sources;   ///< [j]: scores of reference j

  /// The smallest over the largest eigenvalue of the references' Gram matrix: 1 for white noise,
  /// tiny for band-limited references, 0 for linearly dependent ones.
  double conditioning = 1.0;

  /// The references depend on each other to the precision of a double, be it only for the rounding
  /// of their samples. The projections are solved in extended precision, so that the scores hold;
  /// those of programs that do not do so depend on rounding.
  bool ill_conditioned = false;

  /// Frames that share filters are cut from what the filters make of the whole signal, and do not
  /// count as signals with silence around: the filters are hardly determined, or what they add
  /// where a frame ends all at once would outweigh all that they explain.
  bool cut_from_whole = false;

  /// The filters have as many unknowns as the frame has samples, so that they explain anything:
  /// SIR and SAR are left empty.
  bool underdetermined = false;
};

struct BssEvalResult {
  std::vector<BssFrame> frames;
};

/// BSS Eval: each estimate is projected, in the least-squares sense, on its reference and on all
/// references, each filtered by `filter_length` taps; the parts are target, interference and
/// artifacts, and the scores ratios of their energies (Vincent, Gribonval and Févotte, 2006, IEEE
/// TASLP 14(4), for sources; Vincent et al., 2007, Proc. ICA, for images; Stöter, Liutkus and
/// Ito, 2018, Proc. LVA/ICA, for version 4).
///
/// Throws InvalidArgument unless references and estimates are equally many, non-empty, finite and
/// of one shape. Where they are assigned there may be more estimates than references.
BssEvalResult bss_eval(std::span<const Signal> references, std::span<const Signal> estimates,
                       const BssEvalOptions& options);

/// The same, reading in blocks: memory does not grow with the length of the signals, except that
/// frames with filters of their own are held whole.
BssEvalResult bss_eval(std::span<SignalReader* const> references,
                       std::span<SignalReader* const> estimates, const BssEvalOptions& options);

}  // namespace nmfsep
