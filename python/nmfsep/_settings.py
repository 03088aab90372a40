"""Settings in the library's types."""

from __future__ import annotations

from . import _nmfsep


def objective_of(divergence, magnitude_exponent, usual=None):
    """What is explained and minimised: as usual but for what is given."""
    objective = usual if usual is not None else _nmfsep.Objective()
    if divergence is not None:
        objective = _nmfsep.Objective.for_divergence(divergence)
    if magnitude_exponent is not None:
        objective.magnitude_exponent = magnitude_exponent
    return objective


def stft_of(fft_size, hop, window_size, window, sample_rate):
    """None where nothing is given; `sample_rate` is called where it decides the rest."""
    if (fft_size, hop, window_size, window) == (None,) * 4:
        return None
    stft = _nmfsep.StftOptions.for_sample_rate(sample_rate())
    if fft_size is not None:
        stft.fft_size = fft_size
    if window_size is not None:
        stft.window_size = window_size
    if fft_size is not None or window_size is not None:
        stft.hop = (window_size or stft.fft_size) // 4
    if hop is not None:
        stft.hop = hop
    if window is not None:
        stft.window = window
    return stft
