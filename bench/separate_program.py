#!/usr/bin/env python3
"""The whole of `separate` as users get it: reading, analysis, updates, masks, synthesis, writing.

    bench/separate_program.py build/release/bin/nmfsep [--minutes 10] [--threads 2] [--input FILE]

The mixture is stereo noise at 44.1 kHz, made here, unless a file is given; the two models have 25
atoms each, learnt from noise. The job runs with 1 and with 50 updates, --tolerance 0, in turns; the
difference says what updates take, and so what all else takes. Every time is the least of --runs,
since other work on the machine only adds: wall time, the length of the audio over it, and the
process's own time on all its threads, which other work changes less.
"""

import argparse
import pathlib
import tempfile
import wave

from nmf_program import RATE, run, write_noise

FEW, MANY = 1, 50
NOISE_SECONDS = 10  # what is repeated until the mixture is as long as it should be


def seconds_of(path):
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def measure(command, arguments):
    """The least wall and processor time for each number of updates, and the peak memory in MiB."""
    least = {updates: (float("inf"), float("inf")) for updates in (FEW, MANY)}
    peak = 0
    for _ in range(arguments.runs):
        for updates in least:
            options = ["--iterations", updates, "--tolerance", 0, "--overwrite", "--quiet"]
            result = run(command + options, arguments.threads)
            wall, own = least[updates]
            least[updates] = min(wall, result.wall), min(own, result.own)
            peak = max(peak, result.peak)
    return least, peak


def report(solver, least, peak, seconds):
    wall, own = least[MANY]
    updates = (own - least[FEW][1]) / (MANY - FEW) * MANY
    print(f"{solver:16}{wall:7.2f} s{seconds / wall:6.0f} × real time{own:8.2f} s of processor: "
          f"updates {updates:.2f} ({updates / own:.0%}), all else {own - updates:.2f} "
          f"({1 - updates / own:.0%}){peak:6.0f} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--input", help="a WAV to separate instead of noise")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        noise, mixture = folder / "noise.wav", arguments.input or folder / "mixture.wav"
        write_noise(noise, NOISE_SECONDS * RATE)
        if not arguments.input:
            write_noise(mixture, NOISE_SECONDS * RATE, channels=2,
                        repeats=round(arguments.minutes * 60 / NOISE_SECONDS))
        models = []
        for seed in (0, 1):
            model = folder / f"source-{seed}.safetensors"
            run([arguments.program, "train", noise, "-o", model, "-c", 25, "--method", "nmf",
                 "--seed", seed, "--iterations", 20, "--quiet"], arguments.threads)
            models += ["-m", model]
        for solver in ("multiplicative", "squarem"):
            command = [arguments.program, "separate", mixture, *models, "-o", folder / "stems",
                       "--solver", solver]
            report(solver, *measure(command, arguments), seconds_of(mixture))


if __name__ == "__main__":
    main()
