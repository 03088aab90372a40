#!/usr/bin/env python3
"""Scores mixtures of which one source has a model and the other is learnt.

    bench/one_known.py build/release/bin/nmfsep [--atoms 25 10] [--seeds 0 1 2] [--held-out]

A line a number of learnt atoms: the mean SDR of both sources (BSS Eval version 3) over the choice of
the known one and over seeds, for each pair of sources. With --held-out mixtures are made of training
material alone: the first 60 % of each file trains, the rest is mixed; choices are made there.

Material: pairs of data/, and two-source mixtures in ../shared/audio where that exists. Needs sox.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def sh(*words):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True).stdout


def materials(shared):
    """name: {source: (training file, reference)}"""
    data = ROOT / "data"
    pairs = {}
    for name, sources in (("drums_bass", ("drums", "bass")), ("speech", ("a", "b"))):
        folder = shared / name
        if folder.is_dir():
            pairs[name] = {s: (folder / f"train_{s}.flac", folder / f"{s}.flac") for s in sources}
    for first, second in (("drums", "bass"), ("drums", "piano"), ("piano", "bass")):
        pairs[f"demo {first} {second}"] = {
            s: (data / f"train/{s}.flac", data / f"test/{s}.flac") for s in (first, second)}
    return pairs


def prepare(pair, folder, held_out):
    """Training files and references of the pair, and their mixture, in the folder."""
    (folder / "references").mkdir(parents=True)
    training = {}
    for source, (train, reference) in pair.items():
        training[source] = folder / f"train-{source}.wav"
        length = float(sh("soxi", "-D", train))
        cut = ["trim", 0, 0.6 * length] if held_out else []
        rest = ["trim", 0.6 * length] if held_out else []
        sh("sox", train, "-b", 24, training[source], *cut)
        sh("sox", train if held_out else reference, "-b", 24,
           folder / f"references/{source}.wav", *rest)
    references = [folder / f"references/{source}.wav" for source in pair]
    shortest = min(float(sh("soxi", "-s", reference)) for reference in references)
    for reference in references:
        part = reference.with_suffix(".part.wav")
        sh("sox", reference, part, "trim", 0, f"{shortest:.0f}s")
        part.rename(reference)
    sh("sox", "-m", *(word for reference in references for word in ("-v", 1, reference)),
       folder / "mix.wav")
    return training


def mean_sdr(program, pair, folder, training, known, atoms, seed):
    unknown = next(source for source in pair if source != known)
    model, out = folder / f"{known}-{seed}.safetensors", folder / f"{known}-{atoms}-{seed}"
    if not model.exists():
        sh(program, "train", training[known], "--name", known, "--seed", seed, "-o", model, "-q")
    sh(program, "separate", folder / "mix.wav", "-m", model, "--learn", f"{unknown}={atoms}",
       "--seed", seed, "-o", out, "-q")
    scores = json.loads(sh(program, "evaluate", folder / "references", out / "mix", "--json", "-"))
    return sum(source["sdr"] for source in scores["tracks"][0]["sources"]) / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--atoms", type=int, nargs="+", default=[25, 10])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared" / "audio")
    arguments = parser.parse_args()
    program = arguments.program.resolve()
    pairs = materials(arguments.shared)
    with tempfile.TemporaryDirectory() as temporary:
        folders = {name: pathlib.Path(temporary) / name.replace(" ", "-") for name in pairs}
        training = {name: prepare(pair, folders[name], arguments.held_out)
                    for name, pair in pairs.items()}
        print(f"{'atoms':6}" + "".join(f"{name:>18}" for name in pairs))
        for atoms in arguments.atoms:
            cells = []
            for name, pair in pairs.items():
                scores = [mean_sdr(program, pair, folders[name], training[name], known, atoms, seed)
                          for known in pair for seed in arguments.seeds]
                cells.append(f"{sum(scores) / len(scores):18.2f}")
            print(f"{atoms:<6}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
