"""Scores of the synthetic signals by the programs that we compare with: python3 evaluation.py

Writes evaluation.json beside itself. Needs numpy, mir_eval==0.8.2, museval==0.4.1,
fast_bss_eval==0.1.4 and pystoi==0.4.1. Takes a few minutes.
"""

import importlib.metadata
import json
import pathlib
import sys
import types
import warnings

# museval loads musdb, and that ffmpeg, which scoring does without.
sys.modules["musdb"] = types.ModuleType("musdb")

import fast_bss_eval
import mir_eval
import museval
import numpy as np
import pystoi
from synthetic_signals import synthetic_signals

VERSIONS = {"mir_eval": "0.8.2", "museval": "0.4.1", "fast_bss_eval": "0.1.4", "pystoi": "0.4.1"}
RATES = [8000, 10000, 16000, 22050, 44100, 48000]

warnings.simplefilter("ignore")


def cases():
    """Twenty mixtures of 2 to 6 sources, mono and stereo, 8 to 48 kHz."""
    for number in range(20):
        channels = 1 + number % 2
        sources = 2 + number % 5
        # Large systems take the other programs minutes: they get low rates.
        rate = RATES[number % 6] if sources * channels <= 4 else RATES[number % 3]
        samples = int(1.2 * rate) + number
        yield dict(seed=100 + number, sources=sources, channels=channels, samples=samples, rate=rate)


def numbers(array):
    """Nested lists, with None for what is infinite or not a number."""
    if np.ndim(array) > 0:
        return [numbers(entry) for entry in array]
    return float(array) if np.isfinite(array) else None


def table(names, arrays):
    return {name: numbers(array) for name, array in zip(names, arrays)}


def museval_scores(references, estimates, window, hop, own_filters):
    result = museval.metrics.bss_eval(
        references, estimates, window=window, hop=hop, framewise_filters=own_filters
    )
    return table(["sdr", "isr", "sir", "sar"], result)


def sources_scores(references, estimates):
    reverse = estimates[::-1, :, 0]
    sdr, sir, sar, permutation = mir_eval.separation.bss_eval_sources(references[:, :, 0], reverse)
    result = table(["sdr", "sir", "sar"], (sdr, sir, sar))
    return dict(result, permutation=[int(p) for p in permutation])


def fast_scores(references, estimates):
    result = fast_bss_eval.bss_eval_sources(
        references[:, :, 0], estimates[:, :, 0], compute_permutation=False
    )
    return table(["sdr", "sir", "sar"], result)


def stoi_scores(references, estimates, rate):
    # The estimates are too good to be interesting, so their noise is a mixture.
    noisy = estimates[0, :, 0] + estimates[1, :, 0]
    return dict(
        stoi=pystoi.stoi(references[0, :, 0], noisy, rate, extended=False),
        estoi=pystoi.stoi(references[0, :, 0], noisy, rate, extended=True),
    )


def scores(number, case):
    rate = case["rate"]
    shape = {key: case[key] for key in ("seed", "sources", "channels", "samples")}
    references, estimates = synthetic_signals(**shape)
    window, hop = rate // 2, int(0.35 * rate)
    result = dict(window=window, hop=hop)
    result["v4"] = museval_scores(references, estimates, window, hop, False)
    result["stoi"] = stoi_scores(references, estimates, rate)
    if case["sources"] * case["channels"] <= 4:
        result["v3_frames"] = museval_scores(references, estimates, window, hop, True)
    if case["channels"] == 1:
        result["v3_sources"] = sources_scores(references, estimates)
        result["fast"] = fast_scores(references, estimates)
    print(number, case, flush=True)
    return result


def main():
    for name, version in VERSIONS.items():
        assert importlib.metadata.version(name) == version, name
    rows = [dict(case, **scores(number, case)) for number, case in enumerate(cases())]
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(dict(made_with=VERSIONS, cases=rows), indent=1) + "\n")


if __name__ == "__main__":
    main()
