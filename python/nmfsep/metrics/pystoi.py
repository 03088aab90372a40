"""``pystoi``: ``from nmfsep.metrics.pystoi import stoi``."""

from __future__ import annotations

import warnings

import numpy as np

from .. import _nmfsep


def stoi(x: np.ndarray, y: np.ndarray, fs_sig: int, extended: bool = False) -> float:
    """Short-time objective intelligibility, about 0 (unintelligible) to 1.

    Parameters
    ----------
    x, y : clean and processed speech, (samples,), or samples × channels, of which the mean counts
    fs_sig : their sample rate, Hz
    extended : ESTOI, which also holds for maskers that are modulated

    Where a signal is silent, or fewer than 30 frames of it are not, answers 1e-5 with a warning.
    """
    x, y = (_samples_by_channels(signal) for signal in (x, y))
    score = _nmfsep.stoi(x, y, int(fs_sig), extended)
    if score is None:
        warnings.warn(
            "fewer than 30 frames (0.4 s) of speech are not silent: no score, 1e-5 instead",
            RuntimeWarning,
            stacklevel=2,
        )
        return 1e-5
    return score


def _samples_by_channels(signal) -> np.ndarray:
    signal = np.asarray(signal, dtype=np.float64)
    return signal[:, np.newaxis] if signal.ndim == 1 else signal
