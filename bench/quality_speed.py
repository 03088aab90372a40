#!/usr/bin/env python3
"""What the search on few rows costs and gains: sets separate the same mixtures with --exact and
without, one table of processor time and SDR.

    bench/quality_speed.py build/release/bin/nmfsep [NAME...] [--seeds 0 1 2] [--threads 2]
                           [--folder DIR]

Mixtures: the trio of data/, ../shared/audio where that exists, and each folder in DIR
that has mix.*, a file for each source, and train_SOURCE.* beside it; of all, those whose name holds
a NAME. For each seed `train-set` makes a set, by default and with nothing else. Times are the
process's own on all its threads, start-up included, which other work on the machine changes least;
the least of --runs. SDR is BSS Eval version 3, the mean over sources. The last row sums up: means
of SDR, quotient of the sums of times.
"""

import argparse
import json
import pathlib
import shutil
import tempfile
import typing

from nmf_program import run

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Material(typing.NamedTuple):
    training: dict    # a file of each source
    references: dict  # the same
    mixture: pathlib.Path


class Result(typing.NamedTuple):
    training: float  # processor time, seconds
    exact: float     # the same
    few: float
    exact_sdr: float  # dB
    few_sdr: float


def trio():
    data = ROOT / "data"
    names = ("drums", "bass", "piano")
    return Material({s: data / f"train/{s}.flac" for s in names},
                    {s: data / f"test/{s}.flac" for s in names}, data / "mixture.flac")


def in_folder(folder):
    """The material of a folder, or none."""
    training = {path.stem[6:]: path for path in sorted(folder.glob("train_*.*"))}
    mixture = next(iter(folder.glob("mix.*")), None)
    if mixture is None or len(training) < 2:
        return None
    return Material(training, {s: next(iter(folder.glob(f"{s}.*"))) for s in training}, mixture)


def materials(folders):
    found = {"trio": trio()}
    for parent in folders:
        for folder in sorted(parent.iterdir()) if parent.is_dir() else []:
            material = in_folder(folder) if folder.is_dir() else None
            if material:
                found[folder.name] = material
    return found


class Bench:
    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder

    def own_time(self, *words):
        command = [self.arguments.program, *words, "--overwrite", "--quiet"]
        return min(run(command, self.arguments.threads).own for _ in range(self.arguments.runs))

    def separate(self, material, flags):
        """Processor time and SDR."""
        seconds = self.own_time("separate", material.mixture, "-m", self.folder / "set", "-o",
                                self.folder, "--format", "wav", *flags)
        scores = self.folder / "scores"
        run([self.arguments.program, "evaluate", self.folder / "references",
             self.folder / material.mixture.stem, "--json", scores, "--overwrite", "--quiet"],
            self.arguments.threads)
        sources = json.loads(scores.read_text())["tracks"][0]["sources"]
        return seconds, sum(source["sdr"] for source in sources) / len(sources)

    def measure(self, material, seed):
        references = self.folder / "references"
        for used in (references, self.folder / material.mixture.stem):
            shutil.rmtree(used, ignore_errors=True)
        references.mkdir()
        for source, path in material.references.items():
            (references / (source + path.suffix)).symlink_to(path)
        sources = [f"{name}={path}" for name, path in material.training.items()]
        training = run([self.arguments.program, "train-set", *sources, "-o", self.folder / "set",
                        "--seed", seed, "--overwrite", "--quiet"], self.arguments.threads).own
        exact, exact_sdr = self.separate(material, ["--exact"])
        few, few_sdr = self.separate(material, [])
        return Result(training, exact, few, exact_sdr, few_sdr)


def row(name, seed, r):
    print(f"{name:16} {seed:>4} {r.training:8.2f} {r.exact:8.2f} {r.few:8.2f} "
          f"{r.exact / r.few:6.1f} {r.exact_sdr:10.2f} {r.few_sdr:8.2f} "
          f"{r.few_sdr - r.exact_sdr:+7.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT.parent / "shared/audio")
    arguments = parser.parse_args()

    results = []
    print("mixture          seed  train s  exact s    few s  ratio  SDR exact      few  change")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments, pathlib.Path(folder))
        for name, material in materials([arguments.folder]).items():
            if arguments.names and not any(word in name for word in arguments.names):
                continue
            for seed in arguments.seeds:
                results.append(bench.measure(material, seed))
                row(name, seed, results[-1])
    if results:
        count = len(results)
        totals = [sum(column) for column in zip(*results)]
        row("all", "", Result(*totals[:3], *(total / count for total in totals[3:])))


if __name__ == "__main__":
    main()
