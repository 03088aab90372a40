from __future__ import annotations

import numpy as np

from .. import _nmfsep
from ._signals import signals_of


def energy_ratios(
    references: np.ndarray, estimates: np.ndarray, zero_mean: bool = False
) -> dict[str, np.ndarray]:
    """Ratios of energies without filters: SI-SDR and its kin (Le Roux et al., 2019).

    Parameters
    ----------
    references, estimates : sources × samples, or sources × samples × channels; all channels of a
        source count as one long signal
    zero_mean : take the mean off each channel first

    Returns
    -------
    "snr", "mdx_sdr", "sd_sdr", "srr", "si_sdr", "si_sir" and "si_sar", each (sources,), dB; NaN where
    a signal is silent, or for "si_sir" where no other source sounds
    """
    found = _nmfsep.energy_ratios(
        list(signals_of(references)), list(signals_of(estimates)), zero_mean
    )
    return {name: np.array([one[name] for one in found]) for name in found[0]}
