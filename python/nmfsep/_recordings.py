"""Audio as callers give it: paths, or arrays of channels × samples."""

from __future__ import annotations

import os
import warnings
from typing import Any, Callable, Union

import numpy as np

from . import _nmfsep

Recording = Union[str, "os.PathLike[str]", np.ndarray]
Progress = Callable[[str, int, int, "float | None"], Any]


class AudioWarning(UserWarning):
    """Something that a user should know and that did not stop the job: `code` is stable."""

    code: str


def recording_of(audio: Recording):
    """The path as text, or the array as the library reads it, copied only where it must be."""
    if isinstance(audio, (str, os.PathLike)):
        return os.fspath(audio)
    array = np.asarray(audio)
    if array.ndim == 1:
        array = array[np.newaxis, :]
    if array.ndim != 2:
        raise ValueError(f"audio of {array.ndim} dimensions, must be channels × samples")
    return np.ascontiguousarray(array, dtype=np.float32)


def is_array(audio) -> bool:
    return not isinstance(audio, (str, os.PathLike))


def require_rate(arrays: bool, sample_rate) -> int:
    if arrays and sample_rate is None:
        raise ValueError("arrays of audio need sample_rate, Hz")
    return int(sample_rate or 0)


def read_file(path: str | os.PathLike[str], take_what_is_there: bool) -> tuple[np.ndarray, int]:
    samples, rate, found = _nmfsep.read_audio(os.fspath(path), take_what_is_there)
    warn(found, stacklevel=4)
    return samples, rate


def rate_of(recording: Recording, take_what_is_there: bool) -> int:
    """Of a file; what is to be said of it is said when it is read for good."""
    return _nmfsep.read_audio(recording, take_what_is_there)[1]


def warn(found: list[tuple[str, str]], stacklevel: int = 3) -> None:
    for code, message in found:
        warning = AudioWarning(message)
        warning.code = code
        warnings.warn(warning, stacklevel=stacklevel)
