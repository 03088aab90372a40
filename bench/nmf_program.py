#!/usr/bin/env python3
"""The time of an update as users get it: `train` and `separate` with --tolerance 0 at two numbers of
updates, the difference in time over the difference in updates; and the peak memory.

    bench/nmf_program.py build/release/bin/nmfsep [--threads 2] [--components 50 100]

The input is 30 s of noise at 44.1 kHz, made here: F = 1025, T about 2584, as in bench_nmf. Every
time is the least of --runs, since other work on the machine only adds; on one thread it is the
process's own, else wall time.
"""

import argparse
import array
import os
import pathlib
import random
import subprocess
import tempfile
import time
import typing
import wave

BINS, FRAMES = 1025, 2584
RATE, HOP = 44100, 512
FEW, MANY = 20, 120


class Run(typing.NamedTuple):
    wall: float  # seconds
    own: float   # processor time, seconds
    peak: float  # memory, MiB


def write_noise(path, count, channels=1, repeats=1):
    """Noise of `count` samples whose level changes, so that its spectrogram is not flat."""
    noise = random.Random(0)
    samples = array.array("h", (int(noise.gauss(0, 1500) * (1 + i // RATE % 3))
                                for i in range(count) for _ in range(channels)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for _ in range(repeats):
            file.writeframes(samples.tobytes())


def run(command, threads):
    start = time.perf_counter()
    command = [str(part) for part in [*command, "--threads", threads]]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command[0]} {command[1]} ended with status {status}")
    wall = time.perf_counter() - start
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def report(title, command, flops, arguments):
    least = {}
    for updates in (FEW, MANY):
        options = ["--iterations", updates, "--tolerance", 0, "--overwrite", "--quiet"]
        results = [run(command + options, arguments.threads) for _ in range(arguments.runs)]
        least[updates] = min(result.own if arguments.threads == 1 else result.wall
                             for result in results)
    an_update = (least[MANY] - least[FEW]) / (MANY - FEW)
    peak = max(result.peak for result in results)
    print(f"{title:40}{an_update * 1e3:8.2f} ms{flops / an_update / 1e9:8.0f} GF/s"
          f"{peak:8.0f} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--components", type=int, nargs="+", default=[50, 100])
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        noise, model = pathlib.Path(folder) / "noise.wav", pathlib.Path(folder) / "m.safetensors"
        write_noise(noise, (FRAMES - 3) * HOP)
        print(f"V takes {BINS * FRAMES * 4 / 2**20:.0f} MiB; {arguments.threads} threads")
        for components in arguments.components:
            train = [arguments.program, "train", noise, "-o", model, "-c", components]
            flops = 4 * BINS * FRAMES * components
            report(f"train -c {components}", train, 2 * flops, arguments)
            halves = []
            for seed in (0, 1):  # what is separated has two sources at least
                half = pathlib.Path(folder) / f"half-{seed}.safetensors"
                run([arguments.program, "train", noise, "-o", half, "-c", components // 2, "--seed",
                     seed, "--iterations", FEW, "--overwrite", "--quiet"], arguments.threads)
                halves += ["-m", half]
            for solver in ("multiplicative", "squarem"):
                separate = [arguments.program, "separate", noise, *halves, "-o", folder, "--solver",
                            solver]
                report(f"separate, {components} atoms, {solver}", separate, flops, arguments)


if __name__ == "__main__":
    main()
