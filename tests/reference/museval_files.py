"""Whether museval 0.4.1 takes the files of --museval-json: python3 museval_files.py NMFSEP

NMFSEP is the program. Makes tracks with silence, scores them with several presets, and passes what is
written through museval's own schema, texts, tables and aggregates. Needs museval==0.4.1 and soundfile.
Exits with 1 and says what failed.
"""

import importlib.metadata
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import types
import warnings

# museval loads musdb, and that ffmpeg, which scoring does without.
sys.modules["musdb"] = types.ModuleType("musdb")

import museval
import numpy as np
import simplejson
import soundfile

RATE = 8000
SECONDS = 4
NAMES = ["bass", "voice"]

warnings.simplefilter("ignore")  # of medians of nothing but NaN


def write_track(folder, seed):
    """A second of the voice is silent."""
    random = np.random.default_rng(seed)
    references = random.uniform(-0.3, 0.3, (2, SECONDS * RATE, 2))
    references[1, :RATE] = 0
    estimates = references + 0.1 * references[::-1] + random.uniform(-0.01, 0.01, references.shape)
    for kind, signals in (("ref", references), ("est", estimates)):
        path = folder / kind / "test" / f"track {seed}"
        path.mkdir(parents=True)
        for name, signal in zip(NAMES, signals):
            soundfile.write(path / f"{name}.wav", signal, RATE, subtype="DOUBLE")
    return references, estimates


def store_of(path):
    """The file as museval's own store, of its own types."""
    store = museval.TrackStore(path.stem)
    with open(path) as file:
        store.scores = simplejson.load(file, allow_nan=True)
    return store


def check_track(path):
    store = store_of(path)
    store.validate()
    text = repr(store)
    assert all(name in text for name in NAMES), text
    table = store.df
    assert set(table["metric"]) == {"SDR", "SIR", "SAR", "ISR"}
    assert set(table["target"]) == set(NAMES)
    return table


def check_folder(program, folder, preset, tracks):
    out = folder / preset
    subprocess.run(
        [program, "evaluate", folder / "ref" / "test", folder / "est" / "test"]
        + ["--preset", preset, "--museval-json", out / "test"],
        check=True,
        capture_output=True,
    )
    files = sorted((out / "test").glob("*.json"))
    assert len(files) == tracks, files
    for path in files:
        check_track(path)
    evaluation = museval.EvalStore()
    evaluation.add_eval_dir(out)
    assert all(name in repr(evaluation) for name in NAMES)
    methods = museval.MethodStore()
    methods.add_eval_dir(out)
    scores = methods.agg_frames_tracks_scores()
    assert np.isfinite(scores.unstack()["SDR"].to_numpy()).all() or preset == "bsseval-v3", scores
    return files


def same_as_museval(path, references, estimates):
    """Whether the bytes are those that museval writes of the same signals."""
    store = museval.TrackStore(path.stem, win=1.0, hop=1.0)
    scores = museval.metrics.bss_eval(references, estimates, window=RATE, hop=RATE)
    for target, name in enumerate(NAMES):
        values = {key: scores[k][target].tolist() for k, key in enumerate(("SDR", "ISR", "SIR", "SAR"))}
        store.add_target(name, values)
    ours = path.read_text().rstrip("\n")
    return [pair for pair in zip(ours.split("\n"), store.json.split("\n")) if pair[0] != pair[1]]


def main():
    assert importlib.metadata.version("museval") == "0.4.1"
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        signals = [write_track(folder, seed) for seed in (1, 2)]
        for preset in ("museval", "mdx", "bsseval-v3"):
            files = check_folder(program, folder, preset, len(signals))
            print(f"{preset}: {len(files)} files load, validate, print and aggregate")
        for path, (references, estimates) in zip(sorted((folder / "museval/test").iterdir()), signals):
            differences = same_as_museval(path, references, estimates)
            assert not differences, differences[:5]
        print("museval: the same bytes")


if __name__ == "__main__":
    main()
