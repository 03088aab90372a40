#!/usr/bin/env python3
"""Measures networks that tell a set's sources apart beside `train-set` without one.

    bench/mask_networks.py build/release/bin/nmfsep [--rows WORD...] [--material NAME...] [--seeds 0 1 2]

A line says, as means over sources and seeds: SDR, SIR and SAR (BSS Eval version 3), and seconds of
training the set (of processor time, which other work on the machine changes little, and of the wall)
and of processor time to separate the mixture; last what train-set says of the network, a seed each.

Material: the trio of data/, and two-source mixtures in ../shared/audio where that exists. Nothing
but Python's standard library is needed.
"""

import argparse
import json
import pathlib
import tempfile

from networks import ROOT, materials
from nmf_program import run

# name: flags of `train-set`
WAYS = {
    "exemplars": "",
    "network": "--method network",
    "network-1min": "--method network --budget 1min",
    "network-3min": "--method network --budget 3min",
}


def links_to(folder, references):
    """A folder of references alone, as `evaluate` takes them."""
    folder.mkdir(exist_ok=True)
    for name, path in references.items():
        link = folder / f"{name}{path.suffix}"
        if not link.exists():
            link.symlink_to(path)
    return folder


def measure(program, threads, folder, job):
    """[SDR, SIR, SAR, training by processor and wall, separation], and what train-set says last."""
    (name, (training, references, mixture)), way, seed = job
    model, report = folder / "set.safetensors", folder / "report.json"
    sources = [f"{source}={path}" for source, path in training.items()]
    trained = run([program, "train-set", *sources, *WAYS[way].split(), "--seed", seed, "-o", model,
                   "--overwrite", "--quiet", "--json", report], threads)
    stems = folder / "stems"
    separated = run([program, "separate", mixture, "-m", model, "-o", stems, "--overwrite",
                     "--quiet"], threads)
    scores = folder / "scores.json"
    run([program, "evaluate", links_to(folder / name, references), stems / mixture.stem,
         "--json", scores, "--overwrite", "--quiet"], threads)
    each = json.loads(scores.read_text())["tracks"][0]["sources"]
    means = [sum(s[m] for s in each) / len(each) for m in ("sdr", "sir", "sar")]
    facts = json.loads(report.read_text())["sources"][0]["facts"]
    said = facts.get("dictionaries")  # "a share of 0.50 in the masks"; without a network all
    return [*means, trained.own, trained.wall, separated.own], float(said.split()[3]) if said else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--rows", nargs="+", default=["exemplars", "network"], choices=[*WAYS])
    parser.add_argument("--material", nargs="+", help="speech, drums_bass or trio")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared/audio")
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.program).resolve()
    print("material   row             SDR    SIR    SAR   train s   wall s  separate s  exemplars' share")
    with tempfile.TemporaryDirectory() as folder:
        for material in materials(arguments.shared).items():
            if arguments.material and material[0] not in arguments.material:
                continue
            for row in arguments.rows:
                runs, shares = zip(*[
                    measure(program, arguments.threads, pathlib.Path(folder), (material, row, seed))
                    for seed in arguments.seeds])
                means = [sum(column) / len(runs) for column in zip(*runs)]
                print(f"{material[0]:10} {row:12}" + "".join(f"{m:7.2f}" for m in means[:3]) +
                      f"{means[3]:10.1f}{means[4]:9.1f}{means[5]:12.2f}  " +
                      " ".join(f"{share:.2f}" for share in shares), flush=True)


if __name__ == "__main__":
    main()
