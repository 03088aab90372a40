"""Scores of the demo's stems, degraded, by mir_eval and museval: python3 demo.py

Writes demo.json and demo_museval.json, which is museval's own file, beside itself. Needs numpy,
soundfile, mir_eval==0.8.2 and museval==0.4.1.
"""

import json
import pathlib
import sys
import types

# museval loads musdb, and that ffmpeg, which scoring does without.
sys.modules["musdb"] = types.ModuleType("musdb")

import mir_eval
import museval
import numpy as np
import soundfile
from synthetic_signals import Random, coloured_noise

HERE = pathlib.Path(__file__).resolve().parent
NAMES = ["bass", "drums", "piano"]


def degraded(references, j):
    """What tests/support/degraded.hpp makes, to the bit: filtered, with leakage and noise."""
    own, other = references[j], references[(j + 1) % len(references)]
    estimate = 0.5 * own + 0.01 * coloured_noise(Random(j), 1, len(own), 0.5)[:, 0]
    estimate[1:] += 0.25 * own[:-1]
    estimate[3:] += 0.125 * other[:-3]
    return estimate.astype(np.float32).astype(float)


def numbers(array):
    """Nested lists, with None for what is infinite or not a number."""
    return [numbers(entry) for entry in array] if np.ndim(array) else (
        float(array) if np.isfinite(array) else None
    )


def museval_json(frames):
    store = museval.TrackStore("demo", win=1.0, hop=1.0)
    for j, name in enumerate(NAMES):
        metrics = zip(("SDR", "ISR", "SIR", "SAR"), frames)
        store.add_target(name, {metric: values[j].tolist() for metric, values in metrics})
    return store.json


def main():
    assert mir_eval.__version__ == "0.8.2" and museval.version._version == "0.4.1"
    read = [soundfile.read(HERE / f"../../data/test/{name}.flac") for name in NAMES]
    references, rate = np.array([samples for samples, _ in read]), read[0][1]
    estimates = np.array([degraded(references, j) for j in range(len(references))])
    # In another order, so that the permutation has something to find.
    scores = mir_eval.separation.bss_eval_sources(references, np.roll(estimates, 1, axis=0))
    table = {name: values.tolist() for name, values in zip(("sdr", "sir", "sar"), scores)}
    table["permutation"] = scores[3].tolist()
    frames = museval.evaluate(references[:, :, None], estimates[:, :, None], win=rate, hop=rate)
    document = {
        "made_with": {"mir_eval": "0.8.2", "museval": "0.4.1"},
        "rotated_by_one": table,
        "v4": {name: numbers(values) for name, values in zip(("sdr", "isr", "sir", "sar"), frames)},
    }
    (HERE / "demo.json").write_text(json.dumps(document, indent=1) + "\n")
    (HERE / "demo_museval.json").write_text(museval_json(frames) + "\n")


if __name__ == "__main__":
    main()
