"""Scores of separated signals, under the names and signatures that other packages gave them.

==============================  =================================================
``bss_eval_sources``, …         as ``mir_eval.separation`` (also in ``.mir_eval``)
``evaluate``, ``bss_eval``      as ``museval`` (also in ``.museval``)
``stoi``                        as ``pystoi``
``energy_ratios``               ours: SI-SDR and its kin
==============================  =================================================

Changing an import is enough: ``from nmfsep import metrics as museval``. What differs is only what
the others leave to rounding: a ratio never lies beyond ±200 dB, and where a frame has fewer samples
than the filters have taps SIR and SAR are NaN, with a warning.
"""

from . import mir_eval, museval
from ._energy_ratios import energy_ratios
from .mir_eval import (
    bss_eval_images,
    bss_eval_images_framewise,
    bss_eval_sources,
    bss_eval_sources_framewise,
)
from .museval import bss_eval, evaluate
from .pystoi import stoi

__all__ = [
    "bss_eval",
    "bss_eval_images",
    "bss_eval_images_framewise",
    "bss_eval_sources",
    "bss_eval_sources_framewise",
    "energy_ratios",
    "evaluate",
    "mir_eval",
    "museval",
    "stoi",
]
