#!/usr/bin/env python3
"""How networks are best trained, judged by training material alone, for docs/neural.md.

    bench/network_choices.py build/release/bin/nmfsep [--layers 4] [--components 100] \
        [--steps 500 700] [--lambdas 0.02 0.1] [--rates 0.002] [--material NAME...]

The training recordings of bench/networks.py are cut: three quarters train, the rest of all sources
is brought to one level and mixed, and the separated mixture is scored. Twice: the last quarter is
held out, and the first. No note of the mixtures that the table is of is heard. A line says, for a
setting: SDR of each material and their mean (BSS Eval version 3, means over sources, cuts and
seeds), and processor seconds of training a source. Needs NumPy and soundfile.
"""

import argparse
import itertools
import math
import pathlib
import tempfile

import numpy as np
import soundfile

import networks

BATCH = 128  # frames of a step, as `train` has it


def samples_of(paths, part):
    """The rates and what is kept to train or, of equal level and length, to mix."""
    sounds = {source: soundfile.read(path) for source, path in paths.items()}
    rate = next(iter(sounds.values()))[1]
    shortest = min(len(x) for x, _ in sounds.values()) // 4
    train, test = {}, {}
    for source, (x, _) in sounds.items():
        quarter = len(x) // 4
        last = part == "last"
        train[source] = x[:-quarter] if last else x[quarter:]
        held = (x[-quarter:] if last else x[:quarter])[:shortest]
        test[source] = held * (0.05 / np.sqrt(np.mean(held**2)))
    return rate, train, test


def cut(material, part, folder):
    """The same material as networks.materials has, made of its training recordings."""
    rate, train, test = samples_of(material[0], part)

    def write(name, x):
        soundfile.write(folder / name, x, rate, subtype="FLOAT")
        return folder / name

    folder.mkdir()
    return ({s: write(f"train_{s}.wav", x) for s, x in train.items()},
            {s: write(f"{s}.wav", x) for s, x in test.items()},
            write("mix.wav", sum(test.values())))


def epochs_for(steps, path):
    """Passes that make about so many steps, at the default analysis."""
    info = soundfile.info(path)
    hop = 2 ** math.ceil(math.log2(0.064 * info.samplerate)) // 4
    return max(1, round(steps * BATCH / (0.9 * info.frames / hop)))


def settings(arguments):
    """name: flags but for --epochs, steps"""
    result = {"nmf": (f"-c {arguments.components}", None)}
    ways = itertools.product(arguments.layers, arguments.steps, arguments.lambdas, arguments.rates)
    for layers, steps, penalty, rate in ways:
        result[f"{layers} layers, {steps} steps, {penalty}, {rate}"] = (
            f"--method {arguments.method} -c {arguments.components} --layers {layers} --lambda "
            f"{penalty} --learning-rate {rate} {arguments.train}", steps)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--method", default="autoencoder")
    parser.add_argument("--components", type=int, default=100)
    parser.add_argument("--layers", nargs="+", type=int, default=[2, 4])
    parser.add_argument("--steps", nargs="+", type=int, default=[500, 700])
    parser.add_argument("--lambdas", nargs="+", type=float, default=[0.1])
    parser.add_argument("--rates", nargs="+", type=float, default=[2e-3])
    parser.add_argument("--train", default="", help="more flags of train")
    parser.add_argument("--material", nargs="+", default=["speech", "drums_bass", "trio"])
    parser.add_argument("--cuts", nargs="+", default=["last", "first"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shared", type=pathlib.Path,
                        default=networks.ROOT.parent / "shared/audio")
    arguments = parser.parse_args()
    print(f"{'layers, steps, lambda, rate':36}" + "".join(f"{m:>11}" for m in arguments.material)
          + "       mean  train s")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        bench = networks.Bench(pathlib.Path(arguments.program).resolve(), arguments.threads, folder)
        all_materials = networks.materials(arguments.shared)
        cuts = {m: [(f"{m}-{part}", cut(all_materials[m], part, folder / f"{m}-{part}-audio"))
                    for part in arguments.cuts] for m in arguments.material}
        for setting, (flags, steps) in settings(arguments).items():
            means, seconds = [], []
            for material in cuts.values():
                runs = []
                for (label, audio), seed in itertools.product(material, arguments.seeds):
                    way = setting.replace(" ", "").replace(",", "-")
                    epochs = steps and epochs_for(steps, next(iter(audio[0].values())))
                    networks.WAYS[way] = flags + (f" --epochs {epochs}" if epochs else "")
                    runs.append(bench.measure(label, audio, way, seed, []))
                means.append(sum(run[0] for run in runs) / len(runs))
                seconds.append(sum(run[-2] for run in runs) / len(runs))
            print(f"{setting:36}" + "".join(f"{x:11.2f}" for x in means) +
                  f"{sum(means) / len(means):11.2f}{sum(seconds) / len(seconds):9.1f}", flush=True)


if __name__ == "__main__":
    main()
