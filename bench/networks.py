#!/usr/bin/env python3
"""Measures the table of docs/neural.md: networks beside dictionaries of the same size.

    bench/networks.py build/release/bin/nmfsep [--rows WORD...] [--material NAME...] [--seeds 0 1 2]

Each row is a way to train each source; two ways joined by + take turns among the sources, so that
one mixture is explained by both kinds. A line says, as means over sources and seeds: SDR, SIR and
SAR (BSS Eval version 3), STOI where the material is speech, and processor seconds, which other work
on the machine changes little: of training one source and of separating the mixture.

Material: the trio of data/, and two-source mixtures in ../shared/audio where that exists. Nothing
but Python's standard library is needed.
"""

import argparse
import json
import pathlib
import tempfile

from nmf_program import run

ROOT = pathlib.Path(__file__).resolve().parent.parent

# name: flags of `train`
WAYS = {
    "nmf-20": "-c 20",
    "nmf-50": "-c 50",
    "nmf-100": "-c 100",
    "shallow-20": "--method autoencoder --layers 2 -c 20",
    "shallow-100": "--method autoencoder --layers 2 -c 100",
    "four-20": "--method autoencoder --layers 4 -c 20",
    "four-100": "--method autoencoder --layers 4 -c 100",
    "six-100": "--method autoencoder --layers 6 -c 100",
    "deep": "--method autoencoder --layers 10 --width 600 -c 100",
    "deep-squared": "--method autoencoder --layers 10 --width 600 -c 100 --loss squared",
    "conv": "--method conv-autoencoder",
    "conv-four": "--method conv-autoencoder --layers 4",
    "convolutive": "--method convolutive",
    "pca-20": "--method pca -c 20",
}
ROWS = [*WAYS, "four-20+nmf-20", "nmf-20+four-20", "four-100+nmf-50", "nmf-50+four-100",
        "four-100+nmf-100", "nmf-100+four-100"]


def materials(shared):
    """name: (training file of each source, reference of each source, mixture)"""
    data, trio = ROOT / "data", ("drums", "bass", "piano")
    result = {}
    for name, sources in (("speech", ("a", "b")), ("drums_bass", ("drums", "bass"))):
        folder = shared / name
        if folder.is_dir():
            result[name] = ({s: folder / f"train_{s}.flac" for s in sources},
                            {s: folder / f"{s}.flac" for s in sources}, folder / "mix.flac")
    result["trio"] = ({s: data / f"train/{s}.flac" for s in trio},
                      {s: data / f"test/{s}.flac" for s in trio}, data / "mixture.flac")
    return result


class Bench:
    """Trains every model once and keeps it."""

    def __init__(self, program, threads, folder):
        self.program, self.threads, self.folder = program, threads, pathlib.Path(folder)
        self.trained = {}  # (material, source, way, seed): (model file, processor seconds)

    def model(self, material, source, path, way, seed):
        key = (material, source, way, seed)
        if key not in self.trained:
            file = self.folder / "-".join(map(str, key))
            done = run([self.program, "train", path, *WAYS[way].split(), "--seed", seed, "--name",
                        source, "-o", file, "--quiet"], self.threads)
            self.trained[key] = (file, done.own)
        return self.trained[key]

    def measure(self, name, material, row, seed, flags):
        """[SDR, SIR, SAR, STOI or nothing, training, separation]"""
        training, references, mixture = material
        ways, models, seconds = row.split("+"), [], []
        for i, (source, path) in enumerate(training.items()):
            file, own = self.model(name, source, path, ways[i % len(ways)], seed)
            models += ["-m", file]
            seconds.append(own)
        stems = self.folder / f"stems-{name}"
        done = run([self.program, "separate", mixture, *models, "--seed", seed, "-o", stems,
                    "--overwrite", "--quiet", *flags], self.threads)
        true = self.folder / name
        true.mkdir(exist_ok=True)
        for path in references.values():
            link = true / path.name
            if not link.exists():
                link.symlink_to(path)
        metrics = ["sdr", "sir", "sar"] + (["stoi"] if name == "speech" else [])
        scores = self.folder / "scores"
        run([self.program, "evaluate", true, stems / mixture.stem, "--metrics", ",".join(metrics),
             "--json", scores, "--overwrite", "--quiet"], self.threads)
        sources = json.loads(scores.read_text())["tracks"][0]["sources"]
        means = [sum(s[m] for s in sources) / len(sources) for m in metrics]
        return [*means, sum(seconds) / len(seconds), done.own]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--rows", nargs="+", default=ROWS, help="exact names")
    parser.add_argument("--material", nargs="+", help="speech, drums_bass or trio")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared/audio")
    parser.add_argument("--separate", default="", help="more flags of separate")
    arguments = parser.parse_args()
    print("material   row                   SDR    SIR    SAR   STOI   train s  separate s")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(pathlib.Path(arguments.program).resolve(), arguments.threads, folder)
        for name, material in materials(arguments.shared).items():
            if arguments.material and name not in arguments.material:
                continue
            for row in arguments.rows:
                runs = [bench.measure(name, material, row, seed, arguments.separate.split())
                        for seed in arguments.seeds]
                *scores, train, separate = [sum(column) / len(runs) for column in zip(*runs)]
                stoi = f"{scores[3]:7.3f}" if len(scores) > 3 else "      –"
                print(f"{name:10} {row:18}" + "".join(f"{score:7.2f}" for score in scores[:3]) +
                      f"{stoi}{train:10.2f}{separate:12.2f}", flush=True)


if __name__ == "__main__":
    main()
