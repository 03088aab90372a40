"""Settings chosen by score on held-out parts of the recordings."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple

from . import _nmfsep
from ._nmfsep import Model
from ._recordings import Progress, is_array, require_rate, warn
from .training import Recordings, recordings_of


class Tuning(NamedTuple):
    """What `tune` found.

    Scores are dicts: choice (a text), sdr, sir, sar (dB, BSS Eval version 3, means over sources and
    held-out mixtures), mixtures (fewer than all where a choice fell behind) and seconds.
    """

    models: list[Model]  #: trained as `best` says on all material
    best: str
    trials: list[dict[str, Any]]  #: all that was tried, the best first
    usual: dict[str, Any] | None  #: what the usual settings reached; None where time or …
    reached: dict[str, Any] | None  #: … material was too short to search, and what `best` did
    enough_material: bool  #: to hold some out


def tune(
    recordings: Mapping[str, Recordings],
    *,
    sample_rate: int | None = None,
    budget: float = 300.0,
    choices: int = 0,
    exact: bool = False,
    seed: int = 0,
    take_what_is_there: bool = False,
    progress: Progress | None = None,
) -> Tuning:
    """Tries how to train best, as `nmfsep tune`.

    Parameters
    ----------
    recordings : of two to eight sources, by their names; as `train_set` takes them
    sample_rate : Hz, of arrays
    budget : seconds for the search and the last training together
    choices : settings to try at most; 0 for as many as there is time for. Up to a number of them
        the search is the same on any machine, and gives the program's models to the bit
    exact : search large dictionaries in full, and have the models ask for that
    take_what_is_there : of files that are shorter than their headers say, take what is there, with an
        AudioWarning, instead of raising AudioFileError
    progress : called with stage, done, total and cost; False or Ctrl-C ends it with `Cancelled` or
        `KeyboardInterrupt`, without models
    """
    named = [(name, recordings_of(given)) for name, given in recordings.items()]
    arrays = any(is_array(one) for _, some in named for one in some)
    options = _nmfsep.TunerOptions()
    options.budget_seconds = budget
    options.most_choices = choices
    options.exact = exact
    options.seed = seed
    found, warnings = _nmfsep.tune(
        named,
        require_rate(arrays, sample_rate),
        options,
        _nmfsep.ReadingOptions(),
        take_what_is_there,
        progress,
    )
    warn(warnings)
    return Tuning(**found)
