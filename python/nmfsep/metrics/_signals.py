"""What the metrics share: signals as the library reads them, and checks of them."""

from __future__ import annotations

import warnings

import numpy as np

from .._nmfsep import BssEvalOptions, bss_eval

#: Sources that are scored at once: more are most likely an array whose axes are exchanged.
MAX_SOURCES = 100


def signals_of(sources) -> np.ndarray:
    """Sources × samples × channels of float64, copied only where they are of another type."""
    sources = np.asarray(sources)
    if sources.ndim == 1:
        sources = sources[np.newaxis, :]
    if sources.ndim == 2:
        sources = sources[:, :, np.newaxis]
    return sources.astype(np.float64, copy=False)


def is_any_silent(sources: np.ndarray) -> bool:
    """Whether the channels of any source sum to zero throughout."""
    return bool(np.any(np.all(sources.sum(axis=2) == 0, axis=1))) if sources.size else False


def check_sources(references: np.ndarray, estimates: np.ndarray, most: int = MAX_SOURCES) -> bool:
    """Whether there is anything to score. Raises ValueError for what cannot be scored."""
    if references.shape != estimates.shape:
        raise ValueError(
            f"references are {references.shape}, estimates {estimates.shape}: must be of one shape, "
            "sources × samples × channels"
        )
    if references.ndim > 3:
        raise ValueError(
            f"sources have {references.ndim} dimensions: must be sources × samples × channels"
        )
    if references.size == 0:
        for name in ("reference_sources", "estimated_sources"):
            warnings.warn(f"{name} is empty, and so are all scores", stacklevel=4)
        return False
    for name, sources in (("reference", references), ("estimated", estimates)):
        if is_any_silent(sources):
            raise ValueError(f"a silent {name} source: every source must sound somewhere")
    if references.shape[0] > most:
        raise ValueError(
            f"{references.shape[0]} sources, must be at most MAX_SOURCES = {most}: sources come "
            "first, then samples"
        )
    return True


def score(references, estimates, *, images, per_frame, permute, taps=512, window=None, hop=None):
    """The library's scores: "sdr", "isr", "sir", "sar" and "permutation", sources × frames."""
    options = BssEvalOptions()
    options.images = images
    options.filters_per_frame = per_frame
    options.permute = permute
    options.filter_length = taps
    options.undefined_together = True
    if window is not None:
        options.set_framing(int(window), float(hop))
    scores = bss_eval(list(references), list(estimates), options)
    if scores["underdetermined"]:
        warnings.warn(
            f"{taps} taps a channel explain any frame of so few samples: SIR and SAR are NaN",
            RuntimeWarning,
            stacklevel=4,
        )
    if len(references) == 1:
        # Nothing interferes with a source that is alone; the other programs call that infinite.
        alone = np.isnan(scores["sir"]) & ~np.isnan(scores["sdr"])
        scores["sir"][alone] = np.inf
    return scores
