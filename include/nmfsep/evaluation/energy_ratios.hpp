#pragma once

#include <span>
#include <vector>

#include "nmfsep/evaluation/signal.hpp"

namespace nmfsep {

/// Ratios of energies without filters, in dB, of one estimate. All channels count together, as if
/// one behind the other. All but mdx_sdr are empty where reference or estimate is silent.
struct EnergyRatios {
  /// Of the reference to the difference: 10 log10(|s|² / |s - e|²).
  Score snr;

  /// The music demixing challenge's: |s|² and |s - e|² are each raised by 1e-7, so that it is
  /// defined, as 0, for silence estimated as silence (Mitsufuji et al., 2022, Frontiers in
  /// Signal Processing 1).
  Score mdx_sdr;

  /// With α s the estimate's projection on the reference: |αs|² / |s - e|², which unlike SI-SDR
  /// sees a wrong gain, and |αs|² / |s - αs|², which sees nothing else.
  Score sd_sdr, srr;

  /// With α s the estimate's projection on the reference and P e that on all references (Le Roux
  /// et al., 2019, Proc. ICASSP): |αs|² / |e - αs|², |αs|² / |P e - αs|² and
  /// |αs|² / |e - P e|². SI-SIR is empty where no other reference sounds.
  Score si_sdr, si_sir, si_sar;
};

struct EnergyRatioOptions {
  /// Take the mean off each channel of all signals before sd_sdr, srr, si_sdr, si_sir and si_sar.
  bool zero_mean = false;
};

/// [j]: the ratios of estimate j. Reads in blocks: memory does not grow with the length.
/// Throws InvalidArgument as bss_eval does.
std::vector<EnergyRatios> energy_ratios(std::span<SignalReader* const> references,
                                        std::span<SignalReader* const> estimates,
                                        const EnergyRatioOptions& options = {});

std::vector<EnergyRatios> energy_ratios(std::span<const Signal> references,
                                        std::span<const Signal> estimates,
                                        const EnergyRatioOptions& options = {});

}  // namespace nmfsep
