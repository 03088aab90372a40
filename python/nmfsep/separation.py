"""From a mixture to its stems."""

from __future__ import annotations

import dataclasses
import os
from typing import Any, Mapping, Sequence

import numpy as np

from . import _nmfsep
from ._nmfsep import Model
from ._recordings import Progress, Recording, is_array, rate_of, recording_of, require_rate, warn
from ._settings import objective_of, stft_of


@dataclasses.dataclass(frozen=True)
class Separation:
    """Stems, and how they came to be.

    stems : by the sources' names, channels × samples, float32; they sum to the mixture
    sample_rate : Hz, the mixture's
    residual_dbfs : peak of what the stems' sum lacks to the mixture, dB of full scale
    report : "termination", "iterations", and "cost" as pairs of iteration and cost
    """

    stems: dict[str, np.ndarray]
    sample_rate: int
    residual_dbfs: float
    report: dict[str, Any]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.stems[name]


def separate(
    mixture: Recording,
    models: str | os.PathLike[str] | Model | Sequence[Model | str | os.PathLike[str]] = (),
    *,
    sample_rate: int | None = None,
    learn: Mapping[str, int] | None = None,
    components: int | None = None,
    hpss: bool | Mapping[str, float] = False,
    iterations: int | None = None,
    tolerance: float | None = None,
    seed: int = 0,
    solver: str = "squarem",
    exact: bool = False,
    sparsity: float = 0.0,
    mask_exponent: float | None = None,
    divergence: str | None = None,
    magnitude_exponent: float | None = None,
    fft_size: int | None = None,
    hop: int | None = None,
    window_size: int | None = None,
    window: str | None = None,
    block_frames: int | None = None,
    take_what_is_there: bool = False,
    progress: Progress | None = None,
) -> Separation:
    """Separates a mixture into its sources, as `nmfsep separate` does, to the bit.

    Parameters
    ----------
    mixture : a path, or an array (channels × samples, or samples; full scale ±1)
    models : of the sources, or paths of files of models
    sample_rate : Hz, of an array
    learn : sources without a model beside those with one, learnt from the mixture: name → atoms
    components : without models: so many components, a stem each, "component-01" and so on
    hpss : without models: harmonic and percussive parts by median filters; or a dict of
        harmonic_frames, percussive_bins, harmonic_margin, percussive_margin
    iterations, tolerance, seed, solver, exact, sparsity : of the search; what is left out is as the
        models say
    mask_exponent : masks are V_s^p / Σ V^p
    divergence, magnitude_exponent, fft_size, hop, window_size, window : without models, which say
        it themselves: what is minimised, V = |X|^exponent, and the spectra, sizes in samples
    block_frames : frames that are worked on at a time; fewer take less memory, and change nothing
    take_what_is_there : of a file that is shorter than its header says, take what is there, with an
        AudioWarning, instead of raising AudioFileError
    progress : called now and then as progress(stage, done, total, cost); False ends it
    """
    loaded = _models_of(models)
    analysis = (divergence, magnitude_exponent, fft_size, hop, window_size, window)
    _refuse_contradictions(loaded, learn, components, hpss, any(a is not None for a in analysis))
    recording = recording_of(mixture)
    rate = require_rate(is_array(recording), sample_rate)

    request = _nmfsep.SeparationRequest()
    request.models = loaded
    for name, count in _learnt(learn, components).items():
        request.learn(name, count)
    if hpss is not False:
        options = _nmfsep.HpssOptions()
        for field, value in (hpss if isinstance(hpss, Mapping) else {}).items():
            setattr(options, field, value)
        request.hpss = options
    search = _nmfsep.NmfOptions()
    if tolerance is not None:
        search.tolerance = tolerance
    search.seed = seed
    search.solver = solver
    search.exact = exact
    search.set_sparsity(sparsity)
    request.nmf = search
    request.iterations = iterations
    request.mask_exponent = mask_exponent
    request.objective = objective_of(divergence, magnitude_exponent)
    request.stft = stft_of(
        fft_size, hop, window_size, window, lambda: rate or rate_of(recording, take_what_is_there)
    )
    request.take_what_is_there = take_what_is_there
    if block_frames is not None:
        request.set_block_frames(block_frames)
    stems, stem_rate, residual, report, warnings = _nmfsep.separate(
        recording, rate, request, progress
    )
    warn(warnings)
    return Separation(stems, stem_rate, residual, report)


def _models_of(models) -> list[Model]:
    if isinstance(models, (Model, str, os.PathLike)):
        models = [models]
    loaded = []
    for one in models:
        loaded += [one] if isinstance(one, Model) else _nmfsep.load_models(os.fspath(one))
    return loaded


def _learnt(learn, components) -> dict[str, int]:
    if components is None:
        return dict(learn or {})
    digits = 2 if components < 100 else 3
    return {f"component-{k:0{digits}}": 1 for k in range(1, components + 1)}


def _refuse_contradictions(models, learn, components, hpss, gave_analysis):
    if not models and not learn and components is None and hpss is False:
        raise ValueError("give models, or components=N to split without any, or hpss=True")
    if hpss is not False and (models or learn or components is not None):
        raise ValueError("hpss splits without models; leave out models, learn and components")
    if components is not None and (models or learn):
        raise ValueError("components splits without models; to learn a source beside models, use learn")
    if learn and not models:
        raise ValueError("learn is for sources beside models; without models use components")
    if models and gave_analysis:
        raise ValueError(
            "divergence, magnitude_exponent, fft_size, hop, window_size and window come from the "
            "models; leave them out, or train with them"
        )
    if len(models) + len(learn or {}) == 1 and components is None:
        raise ValueError(
            f"{models[0].name}: one source alone would be given the whole mixture; add the models "
            "of the others, or learn={'rest': 25} for what has none"
        )
    if components is not None and components < 2:
        raise ValueError(f"components = {components}, must be at least 2")
