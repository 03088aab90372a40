"""Audio source separation by non-negative matrix factorisation.

    import nmfsep

    drums = nmfsep.train("drums.wav", "drums")
    bass = nmfsep.train("bass.wav", "bass")
    stems = nmfsep.separate("song.wav", [drums, bass]).stems
    scores = nmfsep.metrics.bss_eval_sources(references, estimates)
    activations = nmfsep.NMF(25).fit_transform(spectrogram)   # frames × bins

Arrays of audio are channels × samples (or samples, for mono) of float32, with full scale at ±1;
spectrograms are frames × bins. Both are how NumPy lays memory out that the library uses as it lies:
no call copies C-ordered float32. Errors are Python's own types (`ValueError`, `OSError`) with the
program's texts; long calls leave the GIL to others and end on Ctrl-C.
"""

from . import metrics
from ._nmfsep import (
    AudioFileError,
    Cancelled,
    Error,
    FileError,
    InvalidArgument,
    Model,
    ModelFileError,
)
from ._nmfsep import version as __version__
from ._recordings import AudioWarning
from .scoring import evaluate, read_audio
from .separation import Separation, separate
from .training import load_models, save_models, train, train_set
from .tuning import Tuning, tune

__all__ = [
    "NMF",
    "AudioFileError",
    "AudioWarning",
    "Cancelled",
    "Error",
    "FileError",
    "InvalidArgument",
    "Model",
    "ModelFileError",
    "Separation",
    "Tuning",
    "evaluate",
    "infer_activations",
    "load_models",
    "metrics",
    "read_audio",
    "save_models",
    "separate",
    "train",
    "train_set",
    "tune",
]


def __getattr__(name):
    # scikit-learn, where there is one, takes a second to load: only for those who want it.
    if name in ("NMF", "infer_activations"):
        from . import factorisation

        return getattr(factorisation, name)
    raise AttributeError(f"module 'nmfsep' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
