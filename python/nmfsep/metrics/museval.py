"""``museval`` and ``museval.metrics``, name for name.

Sources are arrays of sources × samples × channels. All scores are in dB and more is better.
"""

from __future__ import annotations

import numpy as np

from . import _signals

__all__ = [
    "bss_eval",
    "bss_eval_images",
    "bss_eval_images_framewise",
    "bss_eval_sources",
    "bss_eval_sources_framewise",
    "evaluate",
    "pad_or_truncate",
]


def evaluate(
    references: np.ndarray,
    estimates: np.ndarray,
    win: float = 1 * 44100,
    hop: float = 1 * 44100,
    mode: str = "v4",
    padding: bool = True,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """SDR, ISR, SIR and SAR of images in frames, as SiSEC 2018 had them.

    Parameters
    ----------
    references, estimates : sources × samples × channels
    win, hop : samples a frame, and from one to the next
    mode : "v4" fits the distortion filters to the whole signal, "v3" to each frame
    padding : cut estimates to the length of the references, or continue them with zeros

    Returns
    -------
    SDR, ISR, SIR, SAR : sources × frames, dB; NaN where a source is silent in a frame
    """
    references, estimates = np.asarray(references), np.asarray(estimates)
    if padding:
        references, estimates = pad_or_truncate(references, estimates)
    return bss_eval(references, estimates, window=win, hop=hop, framewise_filters=mode == "v3")[:4]


def bss_eval(
    reference_sources: np.ndarray,
    estimated_sources: np.ndarray,
    window: float = 2 * 44100,
    hop: float = 1.5 * 44100,
    compute_permutation: bool = False,
    filters_len: int = 512,
    framewise_filters: bool = False,
    bsseval_sources_version: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """BSS Eval, version 4.

    Parameters
    ----------
    reference_sources, estimated_sources : sources × samples × channels
    window, hop : samples a frame, and from one to the next; an infinite window is the whole signal
    compute_permutation : assign estimates to references by the best mean SIR
    filters_len : taps of the distortion filters
    framewise_filters : fit these to each frame, as version 3, and not to the whole signal
    bsseval_sources_version : forgive any such filter (SDR of sources, not of images)

    Returns
    -------
    sdr, isr, sir, sar : sources × frames, dB
    perm : sources × frames, or sources × 1 where all frames share it
    """
    references, estimates = map(_atleast_3d, (reference_sources, estimated_sources))
    if not _signals.check_sources(references, estimates):
        return tuple(np.array([]) for _ in range(5))
    whole = window >= references.shape[1]
    scores = _signals.score(
        references,
        estimates,
        images=not bsseval_sources_version,
        per_frame=framewise_filters,
        permute=compute_permutation,
        taps=filters_len,
        window=None if whole else window,
        hop=None if whole else hop,
    )
    permutation = scores["permutation"]
    if not framewise_filters:
        permutation = permutation[:, :1]
    if bsseval_sources_version:
        scores["isr"] = scores["sdr"] * np.nan
    return scores["sdr"], scores["isr"], scores["sir"], scores["sar"], permutation


def bss_eval_sources(reference_sources, estimated_sources, compute_permutation=True):
    """`bss_eval` of sources and whole signals: sdr, sir, sar, perm, sources × 1."""
    return bss_eval_sources_framewise(
        reference_sources, estimated_sources, np.inf, np.inf, compute_permutation
    )


def bss_eval_sources_framewise(
    reference_sources,
    estimated_sources,
    window=30 * 44100,
    hop=15 * 44100,
    compute_permutation=False,
):
    """`bss_eval` of sources, with filters of each frame: sdr, sir, sar, perm."""
    sdr, _, sir, sar, permutation = bss_eval(
        reference_sources,
        estimated_sources,
        window=window,
        hop=hop,
        compute_permutation=compute_permutation,
        framewise_filters=True,
        bsseval_sources_version=True,
    )
    return sdr, sir, sar, permutation


def bss_eval_images(reference_sources, estimated_sources, compute_permutation=True):
    """`bss_eval` of images and whole signals: sdr, isr, sir, sar, perm, sources × 1."""
    return bss_eval_images_framewise(
        reference_sources, estimated_sources, np.inf, np.inf, compute_permutation
    )


def bss_eval_images_framewise(
    reference_sources,
    estimated_sources,
    window=30 * 44100,
    hop=15 * 44100,
    compute_permutation=False,
):
    """`bss_eval` of images, with filters of each frame: sdr, isr, sir, sar, perm."""
    return bss_eval(
        reference_sources,
        estimated_sources,
        window=window,
        hop=hop,
        compute_permutation=compute_permutation,
        framewise_filters=True,
    )


def pad_or_truncate(
    audio_reference: np.ndarray, audio_estimates: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Both, with the estimates cut to the length of the references or continued with zeros."""
    missing = audio_reference.shape[1] - audio_estimates.shape[1]
    if missing > 0:
        audio_estimates = np.pad(audio_estimates, [(0, 0), (0, missing), (0, 0)])
    return audio_reference, audio_estimates[:, : audio_reference.shape[1]]


def _atleast_3d(sources) -> np.ndarray:
    """As numpy.atleast_3d: samples alone are one source's."""
    return np.atleast_3d(np.asarray(sources)).astype(np.float64, copy=False)
