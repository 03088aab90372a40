"""``mir_eval.separation``, name for name: ``from nmfsep.metrics import mir_eval as separation``.

Sources are arrays of sources × samples, for images also sources × samples × channels. All scores
are in dB and more is better; of a source that is alone SIR is infinite.
"""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from . import _signals

#: Most sources that are taken; a larger value may be set.
MAX_SOURCES = _signals.MAX_SOURCES


def validate(reference_sources: np.ndarray, estimated_sources: np.ndarray) -> None:
    """Raises ValueError for arrays that cannot be scored, and warns of empty ones."""
    reference_sources, estimated_sources = map(np.asarray, (reference_sources, estimated_sources))
    _is_scorable(reference_sources, estimated_sources)


def bss_eval_sources(
    reference_sources: np.ndarray, estimated_sources: np.ndarray, compute_permutation: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """SDR, SIR and SAR of whole signals, where any filter of 512 taps is forgiven (BSS Eval 3).

    Parameters
    ----------
    reference_sources, estimated_sources : sources × samples
    compute_permutation : assign estimates to references by the best mean SIR

    Returns
    -------
    sdr, sir, sar : (sources,), dB
    perm : (sources,); estimate ``perm[j]`` is of reference ``j``
    """
    scores = _whole(reference_sources, estimated_sources, compute_permutation, images=False)
    return scores[0], scores[2], scores[3], scores[4]


def bss_eval_sources_framewise(
    reference_sources: np.ndarray,
    estimated_sources: np.ndarray,
    window: int = 30 * 44100,
    hop: int = 15 * 44100,
    compute_permutation: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """`bss_eval_sources` of frames of ``window`` samples every ``hop`` samples.

    Returns sdr, sir, sar and perm, sources × frames; NaN where a source is silent in a frame. Where
    fewer than two frames fit, the whole signal is scored as one.
    """
    scores = _framewise(
        reference_sources, estimated_sources, window, hop, compute_permutation, images=False
    )
    return scores[0], scores[2], scores[3], scores[4]


def bss_eval_images(
    reference_sources: np.ndarray, estimated_sources: np.ndarray, compute_permutation: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """SDR, ISR, SIR and SAR of whole signals, where every difference from the reference counts.

    Parameters
    ----------
    reference_sources, estimated_sources : sources × samples × channels, or without channels
    compute_permutation : assign estimates to references by the best mean SIR

    Returns
    -------
    sdr, isr, sir, sar : (sources,), dB
    perm : (sources,); estimate ``perm[j]`` is of reference ``j``
    """
    return _whole(reference_sources, estimated_sources, compute_permutation, images=True)


def bss_eval_images_framewise(
    reference_sources: np.ndarray,
    estimated_sources: np.ndarray,
    window: int = 30 * 44100,
    hop: int = 15 * 44100,
    compute_permutation: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """`bss_eval_images` of frames, as `bss_eval_sources_framewise`."""
    return _framewise(
        reference_sources, estimated_sources, window, hop, compute_permutation, images=True
    )


def evaluate(
    reference_sources: np.ndarray, estimated_sources: np.ndarray, **kwargs
) -> OrderedDict[str, list[float]]:
    """All of the above by their names: "Images - Source to Distortion", …

    Keywords are handed to those functions that know them. Sources without channels are scored as
    sources, too.
    """
    scores: OrderedDict[str, list[float]] = OrderedDict()
    known = ("window", "hop", "compute_permutation")
    whole = {key: kwargs[key] for key in kwargs if key == "compute_permutation"}
    framed = {key: kwargs[key] for key in kwargs if key in known}

    def add(prefix, names, values):
        for name, value in zip(names, values):
            scores[f"{prefix} - {name}"] = value.tolist()

    names = ("Source to Distortion", "Source to Interference", "Source to Artifact")
    image_names = (names[0], "Image to Spatial", *names[1:], "Source permutation")
    source_names = (*names, "Source permutation")
    both = (reference_sources, estimated_sources)
    add("Images", image_names, bss_eval_images(*both, **whole))
    add("Images Frames", image_names, bss_eval_images_framewise(*both, **framed))
    if np.ndim(reference_sources) < 3:
        add("Sources Frames", source_names, bss_eval_sources_framewise(*both, **framed))
        add("Sources", source_names, bss_eval_sources(*both, **whole))
    return scores


def _is_scorable(references, estimates):
    if references.ndim > 3 or estimates.ndim > 3:
        raise ValueError(
            f"sources have {max(references.ndim, estimates.ndim)} dimensions: must be sources × "
            "samples × channels"
        )
    return _signals.check_sources(
        _signals.signals_of(references), _signals.signals_of(estimates), MAX_SOURCES
    )


def _scorable_signals(references, estimates, images):
    """Both as sources × samples × channels, or None where there is nothing to score."""
    references, estimates = map(np.asarray, (references, estimates))
    if not _is_scorable(references, estimates):
        return None
    references, estimates = map(_signals.signals_of, (references, estimates))
    if not images:
        _refuse_channels(references)
    return references, estimates


def _whole(references, estimates, permute, images):
    signals = _scorable_signals(references, estimates, images)
    if signals is None:
        return tuple(np.array([]) for _ in range(5))
    references, estimates = signals
    scores = _signals.score(references, estimates, images=images, per_frame=True, permute=permute)
    names = ("sdr", "isr", "sir", "sar", "permutation")
    return tuple(scores[name][:, 0] for name in names)


def _framewise(references, estimates, window, hop, permute, images):
    signals = _scorable_signals(references, estimates, images)
    if signals is None:
        return tuple(np.array([]) for _ in range(5))
    references, estimates = signals
    settings = dict(images=images, per_frame=True, permute=permute)
    frames = int(np.floor((references.shape[1] - window + hop) / hop))
    if frames < 2:
        scores = _signals.score(references, estimates, **settings)
    else:
        scores = _signals.score(references, estimates, window=window, hop=hop, **settings)
    permutation = scores["permutation"]
    if np.isnan(scores["sdr"]).any():
        permutation = np.where(np.isnan(scores["sdr"]), np.nan, permutation)
    return (*(scores[name] for name in ("sdr", "isr", "sir", "sar")), permutation)


def _refuse_channels(sources):
    if sources.shape[2] > 1:
        raise ValueError(
            f"sources have {sources.shape[2]} channels: score them as images (bss_eval_images)"
        )
