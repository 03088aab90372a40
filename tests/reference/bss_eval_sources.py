"""Scores of the synthetic signals by mir_eval 0.8.2: python3 bss_eval_sources.py

Writes bss_eval_sources.json beside itself. Needs NumPy and mir_eval==0.8.2.
"""

import json
import pathlib

import mir_eval
from synthetic_signals import synthetic_signals

CASES = [
    dict(seed=1, sources=1, channels=1, samples=3000),
    dict(seed=2, sources=2, channels=1, samples=4000),
    dict(seed=3, sources=3, channels=1, samples=5001),
    dict(seed=4, sources=4, channels=1, samples=8000),
]


def scores(case):
    references, estimates = synthetic_signals(**case)
    sdr, sir, sar, permutation = mir_eval.separation.bss_eval_sources(
        references[:, :, 0], estimates[::-1, :, 0], compute_permutation=True
    )
    sir = sir.tolist() if case["sources"] > 1 else [None]
    return dict(sdr=sdr.tolist(), sir=sir, sar=sar.tolist(), permutation=permutation.tolist())


def main():
    assert mir_eval.__version__ == "0.8.2"
    note = "mir_eval 0.8.2, bss_eval_sources with the estimates in reverse order"
    table = dict(made_by=note, cases=[dict(case, **scores(case)) for case in CASES])
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
