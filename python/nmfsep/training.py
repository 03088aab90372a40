"""From recordings of sources alone to models of them."""

from __future__ import annotations

import os
from typing import Any, Mapping, Sequence, Union

from . import _nmfsep
from ._nmfsep import Model
from ._recordings import Progress, Recording, is_array, rate_of, recording_of, require_rate, warn
from ._settings import objective_of, stft_of

Recordings = Union[Recording, Sequence[Recording]]


def train(
    recordings: Recordings,
    name: str,
    *,
    sample_rate: int | None = None,
    method: str = "nmf",
    **settings: Any,
) -> Model:
    """Learns a model of one source from recordings of it alone, as `nmfsep train`.

    Parameters
    ----------
    recordings : a path, an array (channels × samples, full scale ±1), or a list of these
    name : the source's
    sample_rate : Hz; of arrays their rate. Files at another are resampled to it; without it, to
        the first one's
    method : "nmf", "exemplars", "convolutive", "autoencoder", …
    settings : components, iterations, tolerance, seed, solver ("over-relaxed", …), divergence
        ("kl", "is", "euclidean", "beta=0.5"), sparsity, context (frames an atom spans),
        states and draws (method="n-hmm"), most_seconds (of audio to learn from), fft_size, hop, window_size (samples), window ("hann",
        …), magnitude_exponent, take_what_is_there (of files that are shorter than their headers say,
        with an AudioWarning), progress. What is left out is as the method usually has it

    The same material and settings give the program's model, to the bit.
    """
    return _train({name: recordings}, False, method, sample_rate, **settings)[0]


def train_set(
    recordings: Mapping[str, Recordings],
    *,
    sample_rate: int | None = None,
    method: str = "exemplars",
    **settings: Any,
) -> list[Model]:
    """Learns models of two to eight sources together, to be told apart, as `nmfsep train-set`.

    `recordings` are by the names of the sources. `settings` are those of `train`, and ensemble,
    mixture_seconds, and steps of a network's training (method="network").
    """
    return _train(recordings, True, method, sample_rate, **settings)


def _train(
    sources,
    together,
    method,
    sample_rate,
    *,
    components=None,
    iterations=None,
    tolerance=None,
    seed=0,
    solver=None,
    divergence=None,
    sparsity=0.0,
    context=None,
    most_seconds=None,
    ensemble=None,
    mixture_seconds=None,
    steps=None,
    states=None,
    draws=None,
    fft_size=None,
    hop=None,
    window_size=None,
    window=None,
    magnitude_exponent=None,
    take_what_is_there=False,
    progress: Progress | None = None,
) -> list[Model]:
    named = [(name, recordings_of(given)) for name, given in sources.items()]
    arrays = [one for _, some in named for one in some if is_array(one)]
    rate = require_rate(bool(arrays), sample_rate)
    options = _nmfsep.TrainingOptions.usual(method, together)
    options.fit_components = components is None
    search = options.nmf
    for field, value in [
        ("components", components),
        ("iterations", iterations),
        ("tolerance", tolerance),
        ("seed", seed),
        ("solver", solver),
    ]:
        if value is not None:
            setattr(search, field, value)
    search.set_sparsity(sparsity)
    options.nmf = search
    for field, value in [
        ("context", context),
        ("ensemble", ensemble),
        ("mixture_seconds", mixture_seconds),
        ("steps", steps),
        ("states", states),
        ("draws", draws),
    ]:
        if value is not None:
            setattr(options, field, value)
    for name, value in [("states", states), ("draws", draws)]:
        if value is not None and method != "n-hmm":
            raise ValueError(f"{name} has no effect with method={method!r}; leave it out")
    options.objective = objective_of(divergence, magnitude_exponent, options.objective)
    _refuse_in_vain(
        options,
        solver=solver is not None,
        iterations=iterations is not None,
        tolerance=tolerance is not None,
        divergence=divergence is not None,
        prior=sparsity != 0,
        steps=steps is not None,
    )
    options.stft = stft_of(
        fft_size,
        hop,
        window_size,
        window,
        lambda: rate or rate_of(named[0][1][0], take_what_is_there),
    )
    reading = _nmfsep.ReadingOptions()
    reading.seed = seed
    reading.sample_rate = sample_rate
    if most_seconds is not None:
        reading.most_seconds = most_seconds
    models, _, _, warnings = _nmfsep.train(
        named, rate, options, reading, take_what_is_there, progress
    )
    warn(warnings)
    return models


def _refuse_in_vain(options, **given):
    for name in options.without_effect:
        if given.get(name.replace("-", "_")):
            raise ValueError(f"{name} has no effect with method={options.method!r}; leave it out")


def recordings_of(given):
    """A list of what the library reads, of one recording or several."""
    several = isinstance(given, (list, tuple))
    return [recording_of(one) for one in (given if several else [given])]


def load_models(path: str | os.PathLike[str]) -> list[Model]:
    """The models of a file (safetensors). Raises ModelFileError unless every byte is right."""
    return _nmfsep.load_models(os.fspath(path))


def save_models(
    path: str | os.PathLike[str], models: Model | Sequence[Model], overwrite: bool = False
) -> None:
    """Writes models of equal analysis and different names to one file, whole or not at all."""
    models = [models] if isinstance(models, Model) else list(models)
    _nmfsep.save_models(os.fspath(path), models, overwrite)
