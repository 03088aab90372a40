"""Onset scores by mir_eval: python3 onsets.py

Writes onsets.json beside itself. Needs mir_eval==0.8.2 and numpy.
"""

import json
import pathlib

import mir_eval
import numpy as np

random = np.random.default_rng(0)
cases = []
for number in range(40):
    references = np.sort(random.uniform(0, 6, random.integers(1, 40)))
    kept = references[random.uniform(size=len(references)) < 0.8]
    near = kept + random.normal(0, 0.03, len(kept))
    extra = random.uniform(0, 6, random.integers(0, 15))
    estimates = np.sort(np.abs(np.concatenate([near, extra])))
    # No two times are exactly a window apart, where rounding would decide.
    references = np.unique(np.round(references * 160) / 160)
    estimates = np.unique((np.floor(estimates * 160) + 0.5) / 160)
    scores = [mir_eval.onset.f_measure(references, estimates, window) for window in (0.025, 0.05)]
    cases.append({"references": references.tolist(), "estimates": estimates.tolist(),
                  "scores": [list(map(float, each)) for each in scores]})
HERE = pathlib.Path(__file__).resolve().parent
(HERE / "onsets.json").write_text(json.dumps({"mir_eval": mir_eval.__version__, "cases": cases}))
