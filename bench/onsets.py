#!/usr/bin/env python3
"""Measures how well onsets are found: trained on the demo trio's training stems, whose score says
when notes begin, and tested on its test stems and their mixture.

    bench/onsets.py build/release/bin/nmfsep [--steps N] [--seeds 0 1 2]

A line says the F-measure within 25 and within 50 ms, means over seeds. Nothing but Python's standard
library is needed.
"""

import argparse
import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import tempfile

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
STEMS = ("drums", "bass", "piano")


def score():
    """data/render as a module."""
    loader = importlib.machinery.SourceFileLoader("render", str(DATA / "render"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("render", loader))
    loader.exec_module(module)
    return module


def onsets(render, section, stems):
    """Seconds at which a note of one of these stems begins, each time once."""
    starts = {start for stem in stems for start, *_ in render.stem_notes(section, stem)}
    return sorted(start * 60 / render.BPM for start in starts)


def write_times(path, times):
    path.write_text("".join(f"{time:.6f}\n" for time in times))
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    program = arguments.program.resolve()
    render = score()
    tests = {stem: (DATA / "test" / f"{stem}.flac", (stem,)) for stem in STEMS}
    tests["mixture"] = (DATA / "mixture.flac", STEMS)
    totals = {name: [0.0, 0.0] for name in tests}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        training = [DATA / "train" / f"{stem}.flac" for stem in STEMS]
        labels = [write_times(folder / f"{stem}.txt", onsets(render, render.TRAINING, (stem,)))
                  for stem in STEMS]
        for seed in arguments.seeds:
            model = folder / "onsets.safetensors"
            flags = [word for path in labels for word in ("--labels", path)]
            subprocess.run([program, "train-onsets", *training, *flags, "-o", model, "--seed",
                            str(seed), "--steps", str(arguments.steps), "--overwrite"], check=True)
            for name, (recording, stems) in tests.items():
                reference = write_times(folder / "reference.txt",
                                        onsets(render, render.TEST, stems))
                found = subprocess.run([program, "onsets", recording, "-m", model, "--reference",
                                        reference, "--json", "-"], check=True, capture_output=True)
                for i, each in enumerate(json.loads(found.stdout)["scores"]):
                    totals[name][i] += each["f_measure"] / len(arguments.seeds)
    print("recording  within 25 ms  within 50 ms")
    for name, (narrow, wide) in totals.items():
        print(f"{name:9}  {narrow:12.3f}  {wide:12.3f}")


if __name__ == "__main__":
    main()
