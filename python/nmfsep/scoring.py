"""Stems scored against the true sources."""

from __future__ import annotations

import os
import pathlib
from typing import Mapping, Sequence, Union

import numpy as np

from . import _nmfsep
from ._recordings import Recording, is_array, read_file, require_rate

Sources = Union[str, "os.PathLike[str]", Mapping[str, Recording]]

_BSS = ("sdr", "isr", "sir", "sar")
_INDICES = ("stoi", "estoi")
_PRESETS = {
    "bsseval-v3": (("sdr", "sir", "sar"), False),
    "museval": (_BSS, True),
    "mdx": (("mdx_sdr",), False),
}


def read_audio(
    path: str | os.PathLike[str], take_what_is_there: bool = False
) -> tuple[np.ndarray, int]:
    """The samples of a file, channels × samples of float64 with full scale at ±1, and its rate, Hz.

    Reads what the program does, with its care: WAV, FLAC, Ogg, MP3, AIFF, AU, CAF and NIST SPHERE,
    recognised by their bytes. Of a file that is shorter than its header says `take_what_is_there` takes
    what is there, with an AudioWarning, instead of raising AudioFileError.
    """
    return read_file(path, take_what_is_there)


def evaluate(
    references: Sources,
    estimates: Sources,
    *,
    sample_rate: int | None = None,
    preset: str = "bsseval-v3",
    scores: Sequence[str] | None = None,
    take_what_is_there: bool = False,
) -> dict[str, dict[str, float]]:
    """Scores estimates against the references of the same names, as `nmfsep evaluate` does.

    Parameters
    ----------
    references, estimates : dicts from sources' names to paths or arrays (channels × samples, or
        samples), or folders of files that are named as the sources are
    sample_rate : Hz, of arrays; needed for "museval", "stoi" and "estoi"
    preset : "bsseval-v3" (SDR, SIR and SAR of sources, whole signal), "museval" (SiSEC 2018: images,
        medians of frames of a second) or "mdx" (the music demixing challenge's SDR)
    scores : which, instead of the preset's: of "sdr", "isr", "sir", "sar", "snr", "mdx_sdr", "sd_sdr",
        "srr", "si_sdr", "si_sir", "si_sar" (dB), "stoi" and "estoi" (about 0 to 1)
    take_what_is_there : of files that are shorter than their headers say, take what is there, with an
        AudioWarning, instead of raising AudioFileError

    Returns
    -------
    Of each source its scores by name; NaN where they are undefined.
    """
    if preset not in _PRESETS:
        raise ValueError(f"preset = {preset!r}, must be one of {', '.join(_PRESETS)}")
    usual, images = _PRESETS[preset]
    wanted = tuple(scores or usual)
    if not images and "isr" in wanted:
        raise ValueError("isr is a score of images: preset='museval' has it")
    references, estimates = _files_of(references), _files_of(estimates)
    if set(references) != set(estimates):
        raise ValueError(
            f"references are of {_names(references)}, estimates of {_names(estimates)}: must be the same"
        )
    names = sorted(references)
    true, rate = _load([references[name] for name in names], sample_rate, take_what_is_there)
    found, other = _load([estimates[name] for name in names], sample_rate, take_what_is_there)
    if rate != other:
        raise ValueError(f"references are at {rate} Hz, estimates at {other} Hz; resample one of them")
    table = _table(true, found, rate, wanted, images)
    return {name: {s: float(table[s][j]) for s in wanted} for j, name in enumerate(names)}


def _table(true, found, rate, wanted, images):
    table = {}
    if set(wanted) & set(_BSS):
        if images:
            require_rate(True, rate)
        values = _bss(true, found, rate if images else None, images)
        table.update(zip(_BSS, values))
    if set(wanted) - set(_BSS) - set(_INDICES):
        ratios = _nmfsep.energy_ratios(true, found, False)
        table.update({name: [one[name] for one in ratios] for name in ratios[0]})
    for name in set(wanted) & set(_INDICES):
        rate = require_rate(True, rate)
        pairs = zip(true, found)
        table[name] = [_index(r, e, rate, name == "estoi") for r, e in pairs]
    unknown = [name for name in wanted if name not in table]
    if unknown:
        raise ValueError(f"scores: {unknown[0]!r} is none of {', '.join((*_BSS, *table, *_INDICES))}")
    return table


def _bss(true, found, rate, images):
    options = _nmfsep.BssEvalOptions()
    options.images = images
    options.filters_per_frame = not images
    options.undefined_together = images
    if rate:
        options.set_framing(rate, float(rate))
    frames = _nmfsep.bss_eval(list(true), list(found), options)
    return [_medians(frames[name]) for name in _BSS]


def _medians(frames):
    return [np.median(row[~np.isnan(row)]) if not np.isnan(row).all() else np.nan for row in frames]


def _index(reference, estimate, rate, extended):
    score = _nmfsep.stoi(reference, estimate, rate, extended)
    return np.nan if score is None else score


def _files_of(sources) -> dict[str, Recording]:
    if isinstance(sources, Mapping):
        return dict(sources)
    folder = pathlib.Path(sources)
    return {path.stem: path for path in sorted(folder.iterdir()) if path.is_file()}


def _names(sources) -> str:
    return ", ".join(sorted(sources)) or "nothing"


def _load(recordings, sample_rate, take_what_is_there):
    """Samples × channels of float64 each, and their rate (None where nobody says)."""
    signals, rates = [], set()
    for recording in recordings:
        if is_array(recording):
            samples, rate = recording, sample_rate
        else:
            samples, rate = read_file(recording, take_what_is_there)
        samples = np.atleast_2d(np.asarray(samples, dtype=np.float64))
        signals.append(samples.T)
        rates.add(rate)
    if len(rates) > 1:
        raise ValueError(f"sources at {sorted(map(str, rates))} Hz; resample some of them")
    shapes = {signal.shape for signal in signals}
    if len(shapes) > 1:
        raise ValueError(f"sources differ in length or channels: {sorted(shapes)} samples × channels")
    return signals, rates.pop() if rates else None
